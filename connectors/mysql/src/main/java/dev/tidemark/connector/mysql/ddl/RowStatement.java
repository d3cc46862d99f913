package dev.tidemark.connector.mysql.ddl;

import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Statement that changes rows and stands in the log as its text: a session with {@code binlog_format = STATEMENT} wrote it. Only a hint: views,
 * triggers and functions change tables that the text does not name.
 *
 * @param targets the names that stand where the tables stand which it changes; a schema is null if the name has none
 * @param names false if it changes tables that it does not name
 */
public record RowStatement(List<Target> targets, boolean names) {

    /** A name in a statement, which possibly is that of a table. */
    public record Target(@Nullable String schema, String table) {

        /** Returns whether the table has the name. */
        public boolean is(TableId of) {
            return of.table().equalsIgnoreCase(table)
                    && (schema == null || of.schema().equalsIgnoreCase(schema));
        }
    }

    private static final int LONGEST_NAME = 200;

    /** Words between the verb of an INSERT, REPLACE, LOAD or CREATE and its table. */
    private static final Set<String> BEFORE_TABLE = Set.of(
            "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "TABLE", "IF", "NOT", "EXISTS", "TEMPORARY");

    /**
     * Returns what a statement changes; null if it changes no rows.
     *
     * @param database what names without a schema belong to; empty if nothing
     */
    public static @Nullable RowStatement of(String sql, String database) {
        SqlTokens tokens = new SqlTokens(sql);
        boolean more = tokens.next();
        while (more && tokens.is('(')) {
            more = tokens.next();
        }
        return switch (tokens.keyword()) {
            case "INSERT", "REPLACE" -> one(tokens, database);
            case "LOAD" -> behind(tokens, "INTO") ? one(tokens, database) : unknown();
            case "CREATE" -> created(tokens, sql, database);
            case "UPDATE" -> all(tokens, "SET", database);
            case "DELETE" -> all(tokens, "WHERE", database);
            case "WITH" -> all(tokens, "", database);
            case "SELECT", "DO", "CALL" -> unknown(); // only those of functions that change rows are logged
            default -> null;
        };
    }

    private static RowStatement unknown() {
        return new RowStatement(List.of(), false);
    }

    private static boolean behind(SqlTokens tokens, String keyword) {
        while (tokens.next()) {
            if (tokens.is(keyword)) {
                return true;
            }
        }
        return false;
    }

    /** Returns a CREATE TABLE that fills its table from a query; with rows in the log, the server writes it without the query. */
    private static @Nullable RowStatement created(SqlTokens tokens, String sql, String database) {
        SqlTokens kind = new SqlTokens(sql);
        kind.next();
        boolean table = kind.next() && kind.is("TABLE");
        return table && behind(kind, "SELECT") ? one(tokens, database) : null;
    }

    /** Returns the first name that follows. */
    private static RowStatement one(SqlTokens tokens, String database) {
        boolean more = tokens.next();
        while (more && BEFORE_TABLE.contains(tokens.keyword())) {
            more = tokens.next();
        }
        if (!more || !tokens.isName()) {
            return unknown();
        }
        String first = tokens.name();
        if (tokens.next() && tokens.is('.') && tokens.next()) {
            return new RowStatement(List.of(new Target(first, tokens.name())), true);
        }
        return new RowStatement(List.of(new Target(database.isEmpty() ? null : database, first)), true);
    }

    /** Returns all names that follow before a keyword: some are those of tables. */
    private static RowStatement all(SqlTokens tokens, String end, String database) {
        List<Target> targets = new ArrayList<>();
        String schema = null;
        String last = null;
        while (tokens.next() && !tokens.is(end)) {
            if (tokens.isName() && tokens.end() - tokens.start() <= LONGEST_NAME) {
                last = tokens.name();
                targets.add(new Target(schema == null && !database.isEmpty() ? database : schema, last));
                schema = null;
            } else {
                schema = tokens.is('.') ? last : null;
            }
        }
        return new RowStatement(List.copyOf(targets), true);
    }
}
