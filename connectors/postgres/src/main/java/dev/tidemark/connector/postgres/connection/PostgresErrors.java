package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.base.jdbc.Causes;
import dev.tidemark.connector.tls.PemException;
import dev.tidemark.connector.tls.TlsFailure;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Human-readable descriptions of failures of the database and of Debezium's engine. Upholds invariant 6. */
public final class PostgresErrors {

    private static final String SEE_LOG = "see the server's log";

    /** What follows if changes after the stored offset are lost. */
    public static final String RECOVER =
            "nothing has to be done: 'tidemark run' loads all tables again from a new position,"
                    + " unless it has snapshot: never; then set snapshot: initial";

    private static final String RELOAD =
            "set 'snapshot: always' for one start, or run 'tidemark offsets clear', to load all tables again";

    /** Prevents instantiation. */
    private PostgresErrors() {}

    public static SourceException explain(Throwable failure, Database database) {
        for (Throwable cause = failure; cause != null; cause = Causes.next(cause)) {
            if (cause instanceof SourceException known) {
                return known;
            }
            if (cause instanceof PemException file) {
                return SourceException.retryable(file.found(), file.hint(), failure);
            }
        }
        Optional<TlsFailure> tls = TlsFailure.of(failure, database.toString(), database.tls(), "source.postgres.tls");
        if (tls.isPresent()) {
            return SourceException.fatal(tls.get().message(), tls.get().hint(), failure);
        }
        PSQLException tooLarge = FetchLimit.exceeded(failure);
        if (tooLarge != null) {
            return tooLarge(tooLarge, database, failure);
        }
        SQLException sql = Causes.deepestSql(failure, each -> each.getSQLState() != null);
        if (sql != null && isHidden(sql)) {
            return hidden(sql, database);
        }
        if (sql != null && PoolerCheck.isRejection(Causes.line(sql))) {
            return SourceException.fatal(
                    database + " is reached through a connection pooler, which does not take our sessions: "
                            + Causes.line(sql),
                    database.provider().directHint(),
                    failure);
        }
        if (sql != null && database.isPooler()) {
            return SourceException.fatal(
                    database + " is the connection pooler of "
                            + database.provider().label() + ": " + Causes.line(sql),
                    database.provider().directHint(),
                    failure);
        }
        if (sql != null && sql.getSQLState() != null) {
            return ofState(sql.getSQLState(), Causes.line(sql), database, failure);
        }
        return ofText(Causes.root(failure), database, failure);
    }

    private static SourceException tooLarge(PSQLException limit, Database database, Throwable cause) {
        return SourceException.retryable(
                "a row of " + database + " is too wide for the memory of this process: " + Causes.line(limit),
                "A single row is larger than a sixth of the heap. Give the process more, for example JAVA_OPTS=-Xmx2g, or"
                        + " shorten the row.",
                cause);
    }

    /** Returns the failure of a check as a finding of its own. */
    public static Check check(String subject, SourceException failure) {
        String message = String.valueOf(failure.getMessage());
        return failure.isRetryable()
                ? Check.unreachable(subject, message, failure.hint())
                : Check.failed(subject, message, failure.hint());
    }

    /**
     * Returns whether the server did not run a statement because row-level security could hide rows from it. The location in its
     * source code distinguishes it from a missing privilege in every language.
     */
    public static boolean isHidden(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = Causes.next(cause)) {
            if (cause instanceof PSQLException known) {
                ServerErrorMessage message = known.getServerErrorMessage();
                if (message != null && "check_enable_rls".equals(message.getRoutine())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static SourceException hidden(SQLException failure, Database database) {
        return SourceException.retryable(
                "row-level security hides rows from user \"" + database.user() + "\": " + Causes.line(failure),
                "ALTER ROLE " + Database.quoted(database.user())
                        + " BYPASSRLS; or create a policy FOR SELECT with USING (true) for it: 'tidemark check' names the tables",
                failure);
    }

    private static SourceException ofState(String state, String text, Database database, Throwable cause) {
        if (state.equals("42704") && (text.contains("slot") || text.contains("publication"))) {
            return missing(text, cause);
        }
        if (state.equals("08004") && text.contains("password")) { // the driver has none to send
            return SourceException.fatal(
                    database + " asks user \"" + database.user() + "\" for a password, and there is none",
                    "set the password of the source",
                    cause);
        }
        return switch (state) {
            case "28P01" ->
                SourceException.fatal(
                        "password authentication failed for user \"" + database.user() + "\"",
                        "correct user and password of the source",
                        cause);
            case "28000" ->
                SourceException.fatal(
                        database + " rejects user \"" + database.user() + "\": " + text,
                        "allow the user to connect to this database in pg_hba.conf, or correct it",
                        cause);
            case "3D000" -> SourceException.fatal(text, "correct the source's database", cause);
            case "42501" ->
                SourceException.fatal(
                        "user \"" + database.user() + "\" is not permitted to do this: " + text,
                        "grant it; 'tidemark check' lists every privilege that is needed",
                        cause);
            case "55006" ->
                SourceException.retryable(
                        text, "stop the other program that uses the slot, or give this one a slot of its own", cause);
            case "55000" -> unusable(text, cause);
            case "53300" ->
                SourceException.retryable(
                        database + " has no connection to spare: " + text,
                        "raise max_connections or max_wal_senders",
                        cause);
            case "53400" ->
                SourceException.fatal(text, "raise max_replication_slots, or drop a slot that nothing uses", cause);
            case "55P03" ->
                SourceException.retryable(
                        database + " does not answer, since another session holds a lock: " + text,
                        "search for it in pg_locks and pg_stat_activity, and end its transaction. Tidemark continues automatically",
                        cause);
            case "57P01", "57P02", "57P03" -> away(database, text, cause);
            default -> state.startsWith("08") ? away(database, text, cause) : ofClass(state, text, database, cause);
        };
    }

    private static SourceException ofClass(String state, String text, Database database, Throwable cause) {
        String message = database + ": " + text + " (SQLSTATE " + state + ")";
        return state.startsWith("42")
                ? SourceException.fatal(message, SEE_LOG, cause)
                : SourceException.retryable(message, SEE_LOG, cause);
    }

    private static SourceException ofText(Throwable root, Database database, Throwable failure) {
        String text = Causes.line(root);
        String lower = text.toLowerCase(Locale.ROOT);
        if ((lower.contains("replication slot") && lower.contains("does not exist"))
                || lower.contains("no longer available")) {
            return missing(text, failure);
        }
        if (lower.contains("slot")
                && (lower.contains("offset") || lower.contains("recreated") || lower.contains("lsn"))) {
            return SourceException.retryable(text, "if it does not pass: " + RELOAD, failure);
        }
        if (root instanceof IOException) {
            return away(database, text, failure);
        }
        if (lower.contains("configuration is not valid")) {
            return SourceException.fatal(
                    text, "correct the property under 'debezium' that it names, and restart", failure);
        }
        return SourceException.retryable(
                text, "if it does not pass: correct what it is about, then " + RELOAD, failure);
    }

    /**
     * Explains that the slot or the publication is missing. Whether changes are lost is decided by the preflight, which is next: it
     * queries the server, and compares the stored offset.
     */
    private static SourceException missing(String text, Throwable cause) {
        return SourceException.retryable(text, RECOVER, cause);
    }

    private static SourceException unusable(String text, Throwable cause) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("slot") || lower.contains("wal")) {
            return SourceException.retryable(
                    text, "if the server discarded the log that the slot held: " + RECOVER, cause);
        }
        return SourceException.retryable(text, "see the server's log", cause);
    }

    private static SourceException away(Database database, String text, Throwable cause) {
        return SourceException.retryable(
                database + " cannot be reached: " + text,
                "is it running, and are host and port right?" + database.awayHint(),
                cause);
    }
}
