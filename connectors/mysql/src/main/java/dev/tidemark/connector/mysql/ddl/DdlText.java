package dev.tidemark.connector.mysql.ddl;

import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.ddl.SqlTokens.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A statement's text as it is handed to a parser. Comments are left out and versioned ones opened, for the server executes what they hold. A
 * literal that is longer than any label of an enum is emptied: none of its text matters here, and Debezium's parser recurses for each
 * character of it.
 */
public final class DdlText {

    private static final int LONGEST_LABEL = 600;
    /** Longer statements are not searched for names: no statement of a table's columns is. */
    private static final int MAX_TOKENS = 100_000;

    private static final Set<String> BEFORE_NAME = Set.of(
            "TABLE",
            "TABLES",
            "EXISTS",
            "ADD",
            "DROP",
            "COLUMN",
            "CHANGE",
            "MODIFY",
            "ALTER",
            "AFTER",
            "TO",
            "LIKE",
            "ON",
            "REFERENCES",
            "CONSTRAINT",
            "FROM",
            "INTO",
            "DATABASE",
            "SCHEMA");
    private static final Set<String> INDEX = Set.of("KEY", "INDEX");
    private static final Set<String> AFTER_INDEX_NAME = Set.of("USING", "ON", "TO");
    /** Words that may be in the place of a name and are not names. */
    private static final Set<String> NO_NAMES =
            Set.of("TEMPORARY", "FIRST", "DELETE", "TABLESPACE", "UNDO", "USER", "VIEW", "EVENT", "SERVER", "ROLE");

    private record Token(Kind kind, String text) {
        boolean isWord() {
            return kind == Kind.WORD;
        }

        String keyword() {
            return isWord() ? text.toUpperCase(Locale.ROOT) : text;
        }
    }

    private DdlText() {}

    /** Returns the statement for a parser that takes it as it is. */
    public static String plain(String ddl) {
        StringBuilder text = new StringBuilder(Math.min(ddl.length(), 1 << 16));
        SqlTokens tokens = new SqlTokens(ddl);
        int end = -1;
        while (tokens.next()) {
            if (tokens.is("START") && isAtomicCreate(ddl, tokens.end())) {
                break;
            }
            if (end >= 0 && tokens.start() > end) {
                text.append(' ');
            }
            append(text, ddl, tokens);
            end = tokens.end();
        }
        return text.toString();
    }

    /** Returns whether {@code START TRANSACTION} ends the statement: {@code CREATE TABLE ... SELECT} ends with it in the log. */
    private static boolean isAtomicCreate(String ddl, int from) {
        String rest = ddl.length() - from > 100 ? "" : ddl.substring(from).strip();
        return rest.equalsIgnoreCase("TRANSACTION");
    }

    private static void append(StringBuilder text, String ddl, SqlTokens tokens) {
        boolean literal = tokens.kind() == Kind.LITERAL || tokens.kind() == Kind.DOUBLE_QUOTED;
        if (literal && tokens.end() - tokens.start() > LONGEST_LABEL) {
            text.append("''");
        } else {
            text.append(ddl, tokens.start(), tokens.end());
        }
    }

    /**
     * Returns the statement with backquotes around the words that are in the place of a name and are not reserved: these are
     * keywords for the parser, and names for the server.
     *
     * @param ansi whether text between double quotes is a name
     */
    public static String quoted(String ddl, boolean ansi) {
        List<Token> tokens = tokens(ddl, ansi);
        if (tokens.isEmpty()) {
            return plain(ddl);
        }
        StringBuilder text = new StringBuilder(ddl.length() + 64);
        boolean list = isListOfTables(tokens);
        int depth = 0;
        int names = 0; // how many names follow from here on
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            depth += token.text.equals("(") ? 1 : token.text.equals(")") ? -1 : 0;
            boolean name = token.isWord() && mayBeName(token) && (names > 0 || isName(tokens, i, depth, list));
            names = namesAfter(tokens, i, names, name);
            if (!text.isEmpty() && !isDot(tokens, i) && !isDot(tokens, i - 1) && !"(".equals(token.text)) {
                text.append(' ');
            }
            text.append(name ? Database.quoted(token.text) : token.text);
        }
        return text.toString();
    }

    private static List<Token> tokens(String ddl, boolean ansi) {
        List<Token> all = new ArrayList<>();
        SqlTokens tokens = new SqlTokens(ddl);
        while (tokens.next() && !(tokens.is("START") && isAtomicCreate(ddl, tokens.end()))) {
            if (all.size() == MAX_TOKENS) {
                return List.of();
            }
            if (ansi && tokens.kind() == Kind.DOUBLE_QUOTED) {
                all.add(new Token(Kind.QUOTED_NAME, Database.quoted(tokens.name())));
            } else {
                StringBuilder text = new StringBuilder();
                append(text, ddl, tokens);
                all.add(new Token(tokens.kind(), text.toString()));
            }
        }
        return all;
    }

    /** Returns whether a comma is followed by a name: {@code RENAME TABLE a TO b, c TO d} and {@code DROP TABLE a, b}. */
    private static boolean isListOfTables(List<Token> tokens) {
        String first = tokens.get(0).keyword();
        return first.equals("RENAME") || first.equals("DROP");
    }

    private static boolean isName(List<Token> tokens, int i, int depth, boolean list) {
        if (i == 0) {
            return false;
        }
        String before = tokens.get(i - 1).keyword();
        String next = i + 1 < tokens.size() ? tokens.get(i + 1).keyword() : "";
        if (isDot(tokens, i - 1) || isDot(tokens, i + 1)) {
            return true;
        }
        if (before.equals("(") || before.equals(",")) {
            return depth > 0 ? !next.equals("(") || isIndexPart(tokens, i) : list;
        }
        if (INDEX.contains(before)) {
            return next.equals("(") || AFTER_INDEX_NAME.contains(next) || i > 1 && isDrop(tokens.get(i - 2));
        }
        return BEFORE_NAME.contains(before);
    }

    /** Returns whether the token is a column with the length of its prefix: {@code (url(20))}. */
    private static boolean isIndexPart(List<Token> tokens, int i) {
        return i + 3 < tokens.size()
                && tokens.get(i + 3).text.equals(")")
                && Character.isDigit(tokens.get(i + 2).text.charAt(0));
    }

    /** Returns 1 if the new name of {@code CHANGE [COLUMN] old new} follows, which only a name precedes; else 0. */
    private static int namesAfter(List<Token> tokens, int i, int names, boolean name) {
        Token token = tokens.get(i);
        boolean old = name || token.kind == Kind.QUOTED_NAME;
        if (old && names == 0) {
            String before = i > 0 ? tokens.get(i - 1).keyword() : "";
            boolean changed = before.equals("CHANGE")
                    || before.equals("COLUMN")
                            && i > 1
                            && tokens.get(i - 2).keyword().equals("CHANGE");
            return changed ? 1 : 0;
        }
        return 0;
    }

    private static boolean mayBeName(Token token) {
        String word = token.keyword();
        return !Character.isDigit(word.charAt(0)) && !ReservedWords.contains(word) && !NO_NAMES.contains(word);
    }

    private static boolean isDrop(Token token) {
        return token.keyword().equals("DROP") || token.keyword().equals("RENAME");
    }

    private static boolean isDot(List<Token> tokens, int i) {
        return i >= 0 && i < tokens.size() && tokens.get(i).text.equals(".");
    }
}
