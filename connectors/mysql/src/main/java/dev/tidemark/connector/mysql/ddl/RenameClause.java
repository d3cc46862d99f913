package dev.tidemark.connector.mysql.ddl;

import dev.tidemark.connector.data.TableId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table that gets another name, by {@code RENAME TABLE a TO b} (Debezium hands each pair on as a statement of its own) or
 * by {@code ALTER TABLE a ... RENAME [TO | AS] b}.
 */
public record RenameClause(TableId from, TableId to) {

    private static final Set<String> NOT_OF_TABLE = Set.of("COLUMN", "INDEX", "KEY");

    /** Returns the rename that a statement holds, if it does. Names without a database belong to the given one. */
    public static Optional<RenameClause> parse(String ddl, String database) {
        Reader tokens = new Reader(ddl, database);
        if (tokens.take("RENAME")) {
            return tokens.take("TABLE") || tokens.take("TABLES") ? Optional.ofNullable(pair(tokens)) : Optional.empty();
        }
        return tokens.take("ALTER") && tokens.take("TABLE") ? Optional.ofNullable(altered(tokens)) : Optional.empty();
    }

    private static @Nullable RenameClause pair(Reader tokens) {
        TableId from = tokens.table();
        TableId to = from != null && tokens.take("TO") ? tokens.table() : null;
        if (to == null || from == null) {
            return null;
        }
        tokens.take(';');
        return tokens.isDone() ? new RenameClause(from, to) : null;
    }

    private static @Nullable RenameClause altered(Reader tokens) {
        TableId from = tokens.table();
        boolean begins = true; // a clause, or what may stand in front of one without a comma
        int depth = 0;
        while (from != null && !tokens.isDone()) {
            if (begins && depth == 0 && tokens.take("RENAME")) {
                if (!NOT_OF_TABLE.contains(tokens.keyword())) {
                    TableId to = target(tokens);
                    return to == null ? null : new RenameClause(from, to);
                }
            } else if (tokens.take('(')) {
                depth++;
            } else if (tokens.take(')')) {
                depth--;
            } else {
                begins = tokens.is(',');
                tokens.advance();
            }
        }
        return null;
    }

    private static @Nullable TableId target(Reader tokens) {
        if (!tokens.take("TO") && !tokens.take("AS")) {
            tokens.take('=');
        }
        return tokens.table();
    }

    /** Tokens with the current one taken only if it is what is expected. */
    private static final class Reader {

        private final SqlTokens tokens;
        private final String database;
        private boolean there;

        Reader(String ddl, String database) {
            this.tokens = new SqlTokens(ddl);
            this.database = database;
            this.there = tokens.next();
        }

        boolean isDone() {
            return !there;
        }

        void advance() {
            there = tokens.next();
        }

        boolean is(char symbol) {
            return there && tokens.is(symbol);
        }

        String keyword() {
            return there ? tokens.keyword() : "";
        }

        boolean take(String keyword) {
            return takeIf(there && tokens.is(keyword));
        }

        boolean take(char symbol) {
            return takeIf(is(symbol));
        }

        private boolean takeIf(boolean matches) {
            if (matches) {
                advance();
            }
            return matches;
        }

        /** Takes the name of a table; null if there is none. */
        @Nullable
        TableId table() {
            String first = name();
            if (first == null) {
                return null;
            }
            if (!take('.')) {
                return new TableId(database, first);
            }
            String second = name();
            return second == null ? null : new TableId(first, second);
        }

        private @Nullable String name() {
            if (!there || !tokens.isName()) {
                return null;
            }
            String name = tokens.name();
            advance();
            return name;
        }
    }
}
