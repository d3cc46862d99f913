package dev.tidemark.connector.mysql.ddl;

import org.jspecify.annotations.Nullable;

/**
 * Statement of the frame of an XA transaction, as the server writes it to its log.
 *
 * @param id the transaction's name as the log spells it
 */
public record XaStatement(Verb verb, String id) {

    /** Verbs that matter for the rows of the transaction. */
    public enum Verb {
        START,
        COMMIT,
        ROLLBACK
    }

    /** Returns what a statement is; null if it is none of these. */
    public static @Nullable XaStatement of(String sql) {
        SqlTokens tokens = new SqlTokens(sql);
        if (!tokens.next() || !tokens.is("XA") || !tokens.next()) {
            return null;
        }
        Verb verb = switch (tokens.keyword()) {
            case "START", "BEGIN" -> Verb.START;
            case "COMMIT" -> Verb.COMMIT;
            case "ROLLBACK" -> Verb.ROLLBACK;
            default -> null;
        };
        return verb == null
                ? null
                : new XaStatement(verb, sql.substring(tokens.end()).replaceAll("\\s", ""));
    }
}
