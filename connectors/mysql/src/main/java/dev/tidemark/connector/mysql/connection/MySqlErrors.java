package dev.tidemark.connector.mysql.connection;

import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.base.jdbc.Causes;
import dev.tidemark.connector.mysql.value.UnreadableValue;
import dev.tidemark.connector.tls.PemException;
import dev.tidemark.connector.tls.TlsFailure;
import io.debezium.relational.history.SchemaHistoryException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Failures of the server, of Debezium's engine and of its binlog client, in an operator's words. Upholds invariant 6. */
public final class MySqlErrors {

    private static final String SEE_LOG = "see the server's log";

    /** What follows if changes after the stored offset are lost. */
    public static final String RECOVER =
            "nothing has to be done: 'tidemark run' loads all tables again from a new position,"
                    + " unless it has snapshot: never; then set snapshot: initial";

    /** What an operator does if only a load of all tables helps. */
    public static final String RELOAD =
            "set 'snapshot: always' for one start, or run 'tidemark offsets clear', to load all tables again";

    /** Error code of the server for any part of its binlog that it cannot send. */
    private static final int BINLOG = 1236;

    /** Of BinlogStreamingChangeEventSource; a test with a real server watches it. */
    private static final Pattern ODD_ROWS =
            Pattern.compile("Error processing row in (.*), internal schema size \\d+, but row size \\d+");

    private static final String CLASH = "another reader of the binlog has the server id of this service: ";

    private MySqlErrors() {}

    public static SourceException explain(Throwable failure, Database database) {
        for (Throwable cause = failure; cause != null; cause = Causes.next(cause)) {
            if (cause instanceof SourceException known) {
                return known;
            }
            if (cause instanceof PemException file) {
                return SourceException.retryable(file.found(), file.hint(), failure);
            }
            if (cause instanceof ServerException rejection) {
                return ofCode(
                        rejection.getErrorCode(), rejection.getSqlState(), Causes.line(rejection), database, failure);
            }
            if (cause instanceof SchemaHistoryException) {
                // The preflight, which is next, decides whether it is damaged: the disk may be full.
                return SourceException.fatal(
                        "the schema history cannot be used: " + Causes.line(cause),
                        "correct the state directory; a damaged history is replaced automatically",
                        failure);
            }
            if (oddRows(cause) != null) {
                return otherColumns(Causes.line(cause), failure);
            }
        }
        Optional<TlsFailure> tls = TlsFailure.of(failure, database.toString(), database.tls(), "source.mysql.tls");
        if (tls.isPresent()) {
            return SourceException.fatal(tls.get().message(), tls.get().hint(), failure);
        }
        // The driver wraps its own exceptions, and only the outer ones have code and state.
        SQLException sql = Causes.deepestSql(failure, each -> each.getErrorCode() != 0 || each.getSQLState() != null);
        if (sql != null) {
            return ofCode(sql.getErrorCode(), sql.getSQLState(), Causes.line(sql), database, failure);
        }
        return ofText(database, failure);
    }

    /** Returns the failure at rows that do not have the known columns; the next engine leaves such rows out. */
    public static SourceException otherColumns(String found, Throwable failure) {
        return SourceException.retryable(
                "rows in the log do not have the columns that are known of their table: " + found,
                "Nothing has to be done: the columns are taken from the server, and the table is reloaded.",
                failure);
    }

    /** Returns the name of the table of which Debezium met a row with another number of columns; null for any other failure. */
    static @Nullable String oddRows(Throwable failure) {
        Matcher matcher = ODD_ROWS.matcher(String.valueOf(failure.getMessage()));
        return matcher.find() ? matcher.group(1) : null;
    }

    /** Returns the same as {@link #oddRows}, anywhere among the causes. */
    public static @Nullable String tableOfOddRows(Throwable failure) {
        String table = null;
        for (Throwable cause = failure; cause != null && table == null; cause = Causes.next(cause)) {
            table = oddRows(cause);
        }
        return table;
    }

    /** Returns what is said of a value that does not convert; null for any other failure. */
    public static @Nullable String unreadable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = Causes.next(cause)) {
            String message = String.valueOf(cause.getMessage());
            int column = message.contains(UnreadableValue.REASON) ? message.indexOf(UnreadableValue.COLUMN) : -1;
            if (column >= 0) {
                return message.substring(column);
            }
        }
        return null;
    }

    /** Returns a failure to check something as a finding of its own. */
    public static Check check(String subject, SourceException failure) {
        String message = String.valueOf(failure.getMessage());
        return failure.isRetryable()
                ? Check.unreachable(subject, message, failure.hint())
                : Check.failed(subject, message, failure.hint());
    }

    /** Returns whether the failure is that another reader of the binlog came with our server id. */
    public static boolean isClash(SourceException explained) {
        return String.valueOf(explained.getMessage()).startsWith(CLASH);
    }

    /** Returns whether the error says that the user is not permitted to do this. */
    public static boolean isDenied(SQLException e) {
        return switch (e.getErrorCode()) {
            case 1044, 1142, 1143, 1227, 1370 -> true;
            default -> false;
        };
    }

    private static SourceException ofCode(
            int code, @Nullable String state, String text, Database database, Throwable cause) {
        return switch (code) {
            case BINLOG -> binlog(text, cause);
            case 1045, 1698, 1251 ->
                SourceException.fatal(
                        database + " rejects user \"" + database.user() + "\": " + text,
                        "correct user and password of the source; the account must also allow the host it comes from",
                        cause);
            case 1129, 1130 ->
                SourceException.fatal(
                        database + " rejects this host: " + text,
                        "allow the host in the user's account (CREATE USER ...@'%'); after too many failed attempts,"
                                + " FLUSH HOSTS",
                        cause);
            case 1820, 1862, 3118 ->
                SourceException.fatal(
                        "the account of user \"" + database.user() + "\" cannot be used: " + text,
                        "ALTER USER ... ACCOUNT UNLOCK, or give it a new password",
                        cause);
            case 1044, 1142, 1143, 1227, 1370 ->
                SourceException.fatal(
                        "user \"" + database.user() + "\" is not permitted to do this: " + text,
                        "grant it; 'tidemark check' lists every privilege that is needed",
                        cause);
            case 1049, 1146 -> SourceException.fatal(text, "correct 'documents' or create the table", cause);
            case 1381 ->
                SourceException.fatal(database + " writes no binlog", "start it with log_bin, then " + RELOAD, cause);
            case 3159 ->
                SourceException.fatal(
                        database + " takes only encrypted connections",
                        "set source.mysql.tls, or debezium: {" + DriverProperties.SSL_MODE + ": required}",
                        cause);
            case 1040, 1203, 1226 ->
                SourceException.retryable(
                        database + " has no connection to spare: " + text,
                        "raise max_connections, or the limits of the user",
                        cause);
            case 1053, 1927, 2006, 2013, 4031 -> away(database, cause);
            default -> ofState(code, state, text, database, cause);
        };
    }

    private static SourceException ofState(
            int code, @Nullable String state, String text, Database database, Throwable cause) {
        if (text.contains("Public Key Retrieval")) {
            return SourceException.fatal(
                    database + ": the connection is not encrypted, and the password of user \"" + database.user()
                            + "\" would be sent under a key that the connection itself names (" + text + ")",
                    PublicKeys.HINT,
                    cause);
        }
        if (state == null || state.startsWith("08")) {
            return away(database, cause);
        }
        String message = database + ": " + text + " (error " + code + ", SQLSTATE " + state + ")";
        boolean permanent = state.startsWith("42") || state.startsWith("S1");
        return permanent
                ? SourceException.fatal(message, SEE_LOG, cause)
                : SourceException.retryable(message, SEE_LOG, cause);
    }

    /** Explains what the server says of a binlog that it cannot send on, or not from that position. */
    private static SourceException binlog(String text, Throwable cause) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("same server_uuid/server_id") || lower.contains("same server_id")) {
            return SourceException.fatal(
                    CLASH + text,
                    "stop it, or give one of them a 'serverId' of its own; then start this service again",
                    cause);
        }
        if (lower.contains("max_allowed_packet")) {
            return SourceException.fatal(
                    text, "raise max_allowed_packet of the server (up to 1 GB), then start again", cause);
        }
        if (isPurged(lower)) {
            return purged(text, cause);
        }
        if (lower.contains("position > file size")
                || lower.contains("has more gtids than")
                || lower.contains("impossible position")) {
            return SourceException.fatal("the server does not have the stored position: " + text, RELOAD, cause);
        }
        return SourceException.retryable(
                text, "see the server's log; if it says that the binlog is damaged, " + RELOAD, cause);
    }

    private static boolean isPurged(String lower) {
        return lower.contains("could not find first log file")
                || lower.contains("could not find next log")
                || lower.contains("purged");
    }

    private static SourceException purged(String text, Throwable cause) {
        return SourceException.lost(
                Loss.GAP, "the server no longer has the binlog that comes next: " + text, RECOVER, cause);
    }

    private static SourceException ofText(Database database, Throwable failure) {
        Throwable root = Causes.root(failure);
        String text = Causes.line(root);
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("history topic is missing") || lower.contains("isn't known to this connector")) {
            return history(text, failure);
        }
        if (lower.contains("no longer available on the server")) {
            return purged(text, failure);
        }
        if (lower.contains("is not configured to use") || lower.contains("'lock tables' privilege")) {
            return SourceException.fatal(text, "'tidemark check' says what to change", failure);
        }
        if (text.contains(UnreadableValue.REASON) || lower.contains("deserializing binlog data")) {
            return SourceException.fatal(text, "correct it, or see docs/reference/types.md; then " + RELOAD, failure);
        }
        if (root instanceof IOException || root instanceof TimeoutException || lower.contains("timed out")) {
            return away(database, failure);
        }
        return SourceException.retryable(
                text, "if it does not pass: correct what it is about, then " + RELOAD, failure);
    }

    private static SourceException history(String text, Throwable cause) {
        return SourceException.lost(
                Loss.HISTORY,
                "the schema history does not contain the tables' columns at the stored position: " + text,
                RECOVER,
                cause);
    }

    private static SourceException away(Database database, Throwable cause) {
        Throwable root = Causes.root(cause);
        String text = root instanceof UnknownHostException ? "unknown host " + root.getMessage() : Causes.line(root);
        return SourceException.retryable(
                database + " cannot be reached: " + text, "is it running, and are host and port right?", cause);
    }
}
