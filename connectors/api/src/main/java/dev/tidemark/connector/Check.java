package dev.tidemark.connector;

import org.jspecify.annotations.Nullable;

/**
 * One finding of a preflight, good or bad.
 *
 * @param subject what was checked: "wal_level", "slot tidemark_shop", "table public.products"
 * @param outcome the result
 * @param message what was found
 * @param hint what to do next; empty if there is nothing to do
 * @param passing whether it may pass automatically within seconds, such as a lock that a process that just died still holds
 * @param loss why the stored offset cannot be resumed from, if a load of all tables ends the failure; null for any other finding
 */
public record Check(
        String subject,
        Outcome outcome,
        String message,
        String hint,
        boolean passing,
        @Nullable Loss loss) {

    private Check(String subject, Outcome outcome, String message, String hint) {
        this(subject, outcome, message, hint, false, null);
    }

    /** Result of a check. */
    public enum Outcome {
        /** As it should be. */
        OK,
        /** It works, but the operator should know. */
        WARNING,
        /** It cannot be checked or used now, but may be later without any action: the server is away. */
        UNREACHABLE,
        /** It does not work until the operator acts. */
        FAILED
    }

    /** Returns subject and message in one line; a subject that the message begins with is not repeated. */
    public String words() {
        return message.startsWith(subject + " ") ? message : subject + ": " + message;
    }

    public static Check ok(String subject, String message) {
        return new Check(subject, Outcome.OK, message, "");
    }

    public static Check warning(String subject, String message, String hint) {
        return new Check(subject, Outcome.WARNING, message, hint);
    }

    public static Check unreachable(String subject, String message, String hint) {
        return new Check(subject, Outcome.UNREACHABLE, message, hint);
    }

    public static Check failed(String subject, String message, String hint) {
        return new Check(subject, Outcome.FAILED, message, hint);
    }

    /** Returns a finding as {@link #failed} does, but one that may {@linkplain #passing pass}. */
    public static Check held(String subject, String message, String hint) {
        return new Check(subject, Outcome.FAILED, message, hint, true, null);
    }

    /** Returns a failure that a load of all tables from another position ends. */
    public static Check lost(Loss loss, String subject, String message, String hint) {
        return new Check(subject, Outcome.FAILED, message, hint, false, loss);
    }
}
