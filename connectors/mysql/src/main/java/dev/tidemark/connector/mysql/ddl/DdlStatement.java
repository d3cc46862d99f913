package dev.tidemark.connector.mysql.ddl;

import dev.tidemark.connector.data.TableId;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Subject of a statement, by its first words and the names in it. Only a hint: only the server knows a table's definition.
 *
 * @param database what names without one belong to, if known
 * @param temporary whether it concerns a temporary table, which has nothing in the log
 * @param onlyIfMissing whether it does nothing to a table that exists ({@code IF NOT EXISTS})
 * @param isUncertain whether only the server knows for sure what becomes of the columns ({@link AlterClauses})
 */
public record DdlStatement(
        String text,
        @Nullable String database,
        Kind kind,
        boolean temporary,
        boolean onlyIfMissing,
        boolean isUncertain) {

    /** Kinds of statements, as far as they matter here. */
    public enum Kind {
        CREATE_TABLE,
        DROP_TABLE,
        /** Changes a table, its indexes, or its name. */
        ALTER_TABLE,
        TRUNCATE,
        /** Sets what later statements depend on: a database's character set, a variable. */
        CONTEXT,
        /** Changes no table: views, routines, accounts, maintenance. */
        OTHER
    }

    private static final int SHOWN = 300;

    public static DdlStatement of(String ddl, @Nullable String database) {
        SqlTokens tokens = new SqlTokens(ddl);
        String verb = nextKeyword(tokens);
        boolean temporary = false;
        String object = nextKeyword(tokens);
        while (isBetween(object)) {
            temporary |= object.equals("TEMPORARY");
            object = nextKeyword(tokens);
        }
        Kind kind = kind(verb, object);
        boolean conditional = kind == Kind.CREATE_TABLE && nextKeyword(tokens).equals("IF");
        return new DdlStatement(
                ddl,
                database,
                kind,
                temporary,
                conditional,
                kind == Kind.ALTER_TABLE && AlterClauses.areUncertain(tokens));
    }

    /**
     * Returns whether it moves rows without rows in the log: {@code ALTER TABLE} with {@code DROP}, {@code TRUNCATE} or {@code EXCHANGE
     * PARTITION}, or with another file of the table.
     */
    public boolean movesRows() {
        if (kind != Kind.ALTER_TABLE) {
            return false;
        }
        String last = "";
        SqlTokens tokens = new SqlTokens(text);
        while (tokens.next()) {
            String word = tokens.keyword();
            boolean moves = switch (word) {
                case "PARTITION" -> last.equals("DROP") || last.equals("TRUNCATE") || last.equals("EXCHANGE");
                case "TABLESPACE" -> last.equals("DISCARD") || last.equals("IMPORT");
                default -> false;
            };
            if (moves) {
                return true;
            }
            last = word;
        }
        return false;
    }

    /** Returns the table that {@code CREATE TABLE} names; null if it is another statement. */
    public @Nullable TableId created() {
        if (kind != Kind.CREATE_TABLE) {
            return null;
        }
        SqlTokens tokens = new SqlTokens(text);
        boolean more = tokens.next();
        while (more && !tokens.is("TABLE")) {
            more = tokens.next();
        }
        for (int i = 0; i < (onlyIfMissing ? 4 : 1); i++) { // IF NOT EXISTS
            more = tokens.next();
        }
        if (!more) {
            return null;
        }
        String first = tokens.name();
        if (tokens.next() && tokens.is('.') && tokens.next()) {
            return new TableId(first, tokens.name());
        }
        return new TableId(database == null ? "" : database, first);
    }

    private static String nextKeyword(SqlTokens tokens) {
        return tokens.next() ? tokens.keyword() : "";
    }

    private static boolean isBetween(String word) {
        return switch (word) {
            case "TEMPORARY", "UNIQUE", "FULLTEXT", "SPATIAL", "ONLINE", "OFFLINE", "IGNORE" -> true;
            default -> false;
        };
    }

    private static Kind kind(String verb, String object) {
        boolean table = object.equals("TABLE") || object.equals("TABLES");
        boolean index = object.equals("INDEX");
        boolean database = object.equals("DATABASE") || object.equals("SCHEMA");
        return switch (verb) {
            case "CREATE" ->
                table ? Kind.CREATE_TABLE : index ? Kind.ALTER_TABLE : database ? Kind.CONTEXT : Kind.OTHER;
            case "DROP" -> table ? Kind.DROP_TABLE : index ? Kind.ALTER_TABLE : database ? Kind.CONTEXT : Kind.OTHER;
            case "ALTER" -> table ? Kind.ALTER_TABLE : database ? Kind.CONTEXT : Kind.OTHER;
            case "RENAME" -> table ? Kind.ALTER_TABLE : Kind.OTHER;
            case "TRUNCATE" -> Kind.TRUNCATE;
            case "SET", "USE" -> Kind.CONTEXT;
            default -> Kind.OTHER;
        };
    }

    /** Returns whether it names the table and is of a kind that may change it. */
    public boolean concerns(TableId table) {
        if (kind == Kind.OTHER) {
            return false;
        }
        Deque<String> before = new ArrayDeque<>(3);
        SqlTokens tokens = new SqlTokens(text);
        while (tokens.next()) {
            String token = tokens.isName() && tokens.end() - tokens.start() <= 200 ? tokens.name() : "";
            if (kind == Kind.CONTEXT) {
                if (token.equalsIgnoreCase(table.schema())) {
                    return isDropDatabase();
                }
            } else if (token.equalsIgnoreCase(table.table()) && matches(table, before)) {
                return true;
            }
            before.addLast(tokens.is('.') ? "." : token);
            if (before.size() > 2) {
                before.removeFirst();
            }
        }
        return false;
    }

    private boolean isDropDatabase() {
        SqlTokens tokens = new SqlTokens(text);
        return tokens.next() && tokens.is("DROP");
    }

    private boolean matches(TableId table, Deque<String> before) {
        boolean qualified = before.size() == 2 && before.getLast().equals(".");
        String schema = qualified ? before.getFirst() : database;
        return schema == null || schema.equalsIgnoreCase(table.schema());
    }

    /** Returns the beginning of the text in one line, for messages. */
    public String shortened() {
        String line = (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text).strip();
        return line.replaceAll("\\s+", " ");
    }
}
