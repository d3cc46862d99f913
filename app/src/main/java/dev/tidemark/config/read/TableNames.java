package dev.tidemark.config.read;

import dev.tidemark.config.Printable;
import dev.tidemark.config.TableMatch;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.expression.Regex;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tables that {@code table} stands for: one by its name, or those whose full names a regular expression between slashes
 * matches. A file with patterns is read twice: once to find its mistakes and the address of the database, and once with its
 * tables.
 */
final class TableNames {

    static final Pattern NAME = Pattern.compile("[^.\\s\"`][^.\"`]{0,62}(?<!\\s)\\.[^\\s\"`]([^\"`]{0,126}[^\\s\"`])?");

    /** Max number of tables that a hint names. */
    private static final int NAMED = 5;

    private final @Nullable List<TableId> known;
    private boolean needed;

    private TableNames(@Nullable List<TableId> known) {
        this.known = known;
    }

    /** Returns names without known tables: the database was not queried yet. */
    static TableNames unknown() {
        return new TableNames(null);
    }

    static TableNames of(List<TableId> known) {
        return new TableNames(List.copyOf(known));
    }

    /** Returns whether there was a pattern, so that the database must be queried. */
    boolean needed() {
        return needed;
    }

    static boolean isPattern(String text) {
        return text.length() > 2 && text.startsWith("/") && text.endsWith("/");
    }

    /** Returns the tables; none if the value is wrong, which is recorded as a problem. */
    List<TableMatch> of(YamlValue value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return List.of();
        }
        return isPattern(text.get())
                ? matches(value, text.get().substring(1, text.get().length() - 1))
                : DocumentsReader.table(value).map(TableMatch::named).stream().toList();
    }

    private List<TableMatch> matches(YamlValue value, String pattern) {
        Regex regex;
        try {
            regex = Regex.of(pattern);
        } catch (IllegalArgumentException e) {
            value.wrong(String.valueOf(e.getMessage()), "such as /public\\.orders_(\\d+)/");
            return List.of();
        }
        List<TableId> tables = known;
        if (tables == null) {
            needed = true;
            return List.of(TableMatch.example(regex.groups()));
        }
        List<TableMatch> matches = tables.stream()
                .flatMap(table -> regex.groupsOf(table.toString()).stream()
                        .map(groups -> new TableMatch(table, TableMatch.How.MATCHED, groups)))
                .toList();
        if (matches.isEmpty()) {
            value.invalid("matches no table", hint(pattern, tables));
        }
        matches.stream()
                .filter(match -> !NAME.matcher(match.table().toString()).matches())
                .findFirst()
                .ifPresent(odd -> value.wrong(
                        "matches " + Printable.oneLine(odd.table().toString())
                                + ", a name with quotes or leading or trailing spaces, which is not supported",
                        "make the pattern narrower"));
        return matches;
    }

    /** Returns a hint with the tables whose names share the longest prefix with the pattern. */
    private static String hint(String pattern, List<TableId> tables) {
        if (tables.isEmpty()) {
            return "the user sees no table at all";
        }
        String plain = pattern.replace("\\", "");
        return "it must match the full name; there are "
                + tables.stream()
                        .map(TableId::toString)
                        .sorted(Comparator.comparingInt((String name) -> -alike(plain, name))
                                .thenComparing(Comparator.naturalOrder()))
                        .limit(NAMED)
                        .collect(Collectors.joining(", "))
                + (tables.size() > NAMED ? " and " + (tables.size() - NAMED) + " more" : "");
    }

    private static int alike(String one, String other) {
        int length = 0;
        while (length < Math.min(one.length(), other.length()) && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return length;
    }
}
