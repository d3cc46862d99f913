package dev.tidemark.connector.mysql;

import dev.tidemark.connector.TableId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table that gets another name, by {@code RENAME TABLE a TO b} (Debezium hands each pair on as a statement of its own) or
 * by {@code ALTER TABLE a ... RENAME [TO | AS] b}.
 */
record RenameClause(TableId from, TableId to) {

    private static final String NAME = "(?:`((?:[^`]|``)+)`|([\\p{L}\\p{N}_$]+))";
    private static final String TABLE = "(?:" + NAME + "\\s*\\.\\s*)?" + NAME;
    private static final int OPTIONS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL | Pattern.UNICODE_CASE;

    private static final Pattern RENAME =
            Pattern.compile("\\s*RENAME\\s+TABLES?\\s+" + TABLE + "\\s*TO\\s*" + TABLE + "\\s*;?\\s*", OPTIONS);
    private static final Pattern ALTER = Pattern.compile(
            "\\s*ALTER\\s+TABLE\\s+" + TABLE
                    + "[\\s,](?:.*[\\s,])?RENAME\\s+(?!COLUMN\\b|INDEX\\b|KEY\\b)(?:(?:TO|AS)\\s+|=\\s*)?" + TABLE
                    + "\\s*(?:[,;].*)?",
            OPTIONS);
    /** Comments and text in quotes, in which anything may stand. */
    private static final Pattern NOISE = Pattern.compile(
            "/\\*.*?\\*/|--\\s[^\\n]*|#[^\\n]*|'(?:[^'\\\\]|''|\\\\.)*'|\"(?:[^\"\\\\]|\"\"|\\\\.)*\"", Pattern.DOTALL);

    /** The rename that a statement holds, if it does. Names without a database belong to the given one. */
    static Optional<RenameClause> parse(String ddl, String database) {
        String plain = withoutNoise(ddl);
        Matcher rename = RENAME.matcher(plain);
        if (rename.matches()) {
            return Optional.of(new RenameClause(table(rename, 1, database), table(rename, 5, database)));
        }
        Matcher alter = ALTER.matcher(plain);
        if (alter.matches()) {
            return Optional.of(new RenameClause(table(alter, 1, database), table(alter, 5, database)));
        }
        return Optional.empty();
    }

    private static String withoutNoise(String ddl) {
        StringBuilder plain = new StringBuilder(ddl.length());
        int at = 0;
        while (at < ddl.length()) {
            char c = ddl.charAt(at);
            if (c == '`') { // a quoted name holds no noise
                int end = ddl.indexOf('`', at + 1);
                end = end < 0 ? ddl.length() : end + 1;
                plain.append(ddl, at, end);
                at = end;
            } else {
                Matcher noise = NOISE.matcher(ddl).region(at, ddl.length());
                if (noise.lookingAt()) {
                    plain.append(c == '\'' || c == '"' ? "''" : " ");
                    at = noise.end();
                } else {
                    plain.append(c);
                    at++;
                }
            }
        }
        return plain.toString();
    }

    private static TableId table(Matcher matcher, int group, String database) {
        String schema = name(matcher, group);
        String table = name(matcher, group + 2);
        return new TableId(schema.isEmpty() ? database : schema, table);
    }

    private static String name(Matcher matcher, int group) {
        String quoted = matcher.group(group);
        String plain = matcher.group(group + 1);
        return quoted != null ? quoted.replace("``", "`") : plain == null ? "" : plain;
    }
}
