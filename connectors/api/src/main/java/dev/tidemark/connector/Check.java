package dev.tidemark.connector;

/**
 * One finding of a preflight, good or bad.
 *
 * @param subject what was looked at: "wal_level", "slot tidemark_shop", "table public.products"
 * @param outcome how it came out
 * @param message what was found
 * @param hint what to do next; empty if there is nothing to do
 * @param passing whether it may pass by itself within seconds, as what a process that just died still holds
 */
public record Check(String subject, Outcome outcome, String message, String hint, boolean passing) {

    private Check(String subject, Outcome outcome, String message, String hint) {
        this(subject, outcome, message, hint, false);
    }

    /** How a check came out. */
    public enum Outcome {
        /** As it should be. */
        OK,
        /** It runs, but somebody should know. */
        WARNING,
        /** Cannot be told or used now, and may be later without anybody doing anything: the server is away. */
        UNREACHABLE,
        /** It will not work before somebody acts. */
        REFUSED
    }

    /** What was looked at and what was found, in one piece; the subject is not told twice. */
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

    public static Check refused(String subject, String message, String hint) {
        return new Check(subject, Outcome.REFUSED, message, hint);
    }

    /** As {@link #refused}, unless it {@linkplain #passing passes}. */
    public static Check held(String subject, String message, String hint) {
        return new Check(subject, Outcome.REFUSED, message, hint, true);
    }
}
