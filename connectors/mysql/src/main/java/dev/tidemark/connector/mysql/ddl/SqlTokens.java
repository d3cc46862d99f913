package dev.tidemark.connector.mysql.ddl;

import java.util.Locale;

/**
 * Cursor over the tokens of a statement as MySQL reads it: comments are left out, what a versioned comment holds is read. Linear
 * in the length of any text, and without a copy of its literals. An open quote or comment ends with the text.
 */
final class SqlTokens {

    /** Kinds of tokens. */
    enum Kind {
        /** A name without quotes, a keyword, or a number. */
        WORD,
        /** A name between backquotes. */
        QUOTED_NAME,
        /** Text between double quotes: a literal, or a name in a session with ANSI_QUOTES. */
        DOUBLE_QUOTED,
        /** Text between single quotes. */
        LITERAL,
        /** A single other character. */
        SYMBOL
    }

    private static final int LONGEST_WORD = 64;
    private static final int VERSION_DIGITS = 6;

    private final String sql;
    private Kind kind = Kind.SYMBOL;
    private int start;
    private int end;
    private boolean inVersioned;

    SqlTokens(String sql) {
        this.sql = sql;
    }

    /** Moves to the next token; returns false if there is none. */
    boolean next() {
        int at = skipNoise(end);
        if (at >= sql.length()) {
            start = sql.length();
            end = start;
            return false;
        }
        start = at;
        char c = sql.charAt(at);
        switch (c) {
            case '`' -> quoted(Kind.QUOTED_NAME, '`', false);
            case '"' -> quoted(Kind.DOUBLE_QUOTED, '"', true);
            case '\'' -> quoted(Kind.LITERAL, '\'', true);
            default -> {
                if (isWord(c)) {
                    kind = Kind.WORD;
                    end = at + 1;
                    while (end < sql.length() && isWord(sql.charAt(end))) {
                        end++;
                    }
                } else {
                    kind = Kind.SYMBOL;
                    end = at + 1;
                }
            }
        }
        return true;
    }

    private void quoted(Kind found, char quote, boolean escapes) {
        kind = found;
        int at = start + 1;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == quote) {
                if (at + 1 >= sql.length() || sql.charAt(at + 1) != quote) {
                    end = at + 1;
                    return;
                }
                at += 2;
            } else {
                at += escapes && c == '\\' ? 2 : 1;
            }
        }
        end = sql.length();
    }

    private int skipNoise(int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c) || c == '\0') {
                at++;
            } else if (inVersioned && sql.startsWith("*/", at)) {
                inVersioned = false;
                at += 2;
            } else if (c == '#' || isDashComment(at)) {
                int line = sql.indexOf('\n', at);
                at = line < 0 ? sql.length() : line + 1;
            } else if (sql.startsWith("/*!", at)) {
                inVersioned = true;
                at = afterVersion(at + 3);
            } else if (sql.startsWith("/*", at)) {
                int close = sql.indexOf("*/", at + 2);
                at = close < 0 ? sql.length() : close + 2;
            } else {
                return at;
            }
        }
        return at;
    }

    private int afterVersion(int from) {
        int at = from;
        while (at < sql.length() && at < from + VERSION_DIGITS && isDigit(sql.charAt(at))) {
            at++;
        }
        return at;
    }

    private boolean isDashComment(int at) {
        return sql.startsWith("--", at) && (at + 2 >= sql.length() || sql.charAt(at + 2) <= ' ');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_' || c == '$' || c >= '\u0080';
    }

    Kind kind() {
        return kind;
    }

    /** Returns the index in the text at which the token begins. */
    int start() {
        return start;
    }

    /** Returns the index in the text at which what follows the token begins. */
    int end() {
        return end;
    }

    /** Returns whether the token is that keyword, in any case. */
    boolean is(String keyword) {
        return kind == Kind.WORD
                && end - start == keyword.length()
                && sql.regionMatches(true, start, keyword, 0, keyword.length());
    }

    boolean is(char symbol) {
        return kind == Kind.SYMBOL && sql.charAt(start) == symbol;
    }

    /** Returns the keyword in capitals; empty if the token cannot be one. */
    String keyword() {
        return kind == Kind.WORD && end - start <= LONGEST_WORD
                ? sql.substring(start, end).toUpperCase(Locale.ROOT)
                : "";
    }

    /** Returns whether the token may be the name of a table or a column. */
    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_NAME || kind == Kind.DOUBLE_QUOTED;
    }

    /** Returns the name that the token stands for, without its quotes. */
    String name() {
        if (kind == Kind.WORD) {
            return sql.substring(start, end);
        }
        String quote = sql.substring(start, start + 1);
        int close = end > start + 1 && sql.charAt(end - 1) == quote.charAt(0) ? end - 1 : end;
        return sql.substring(start + 1, close).replace(quote + quote, quote);
    }
}
