package dev.tidemark.connector.mysql.ddl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Clauses of an ALTER TABLE, which show whether the table's columns follow from its text, as far as that is visible without
 * knowing the table.
 */
final class AlterClauses {

    private static final int LONGEST_NAME = 200;
    private static final int HEAD = 4;
    private static final String CHANGE = "change";
    private static final String RENAME = "rename";
    private static final String RENAME_COLUMN = "rename column";

    /** Clauses with these words first have the definition of a column, with its own character set. */
    private static final Set<String> OF_COLUMNS = Set.of("add", "modify", CHANGE);

    /** The first words of the clause, in lower case. */
    private final List<String> head = new ArrayList<>(HEAD);
    /** Number of occurrences of each name. */
    private final Map<String, Integer> names = new HashMap<>();

    private final Set<String> renamed = new HashSet<>();
    private int renames;
    private boolean charset;

    private AlterClauses() {}

    /**
     * Returns whether it depends on more than the text: several columns get other names, or one whose old or new name is used elsewhere
     * ({@code AFTER}), or the table gets a character set.
     *
     * @param tokens those behind {@code ALTER TABLE}
     */
    static boolean areUncertain(SqlTokens tokens) {
        tokens.next(); // the table's name
        boolean more = tokens.next();
        if (more && tokens.is('.')) {
            tokens.next();
            more = tokens.next();
        }
        AlterClauses clauses = new AlterClauses();
        int depth = 0;
        for (; more; more = tokens.next()) {
            depth += tokens.is('(') ? 1 : tokens.is(')') ? -1 : 0;
            if (depth == 0 && tokens.is(',')) {
                clauses.end();
            } else {
                clauses.take(tokens);
            }
        }
        clauses.end();
        return clauses.renames > 1
                || clauses.charset
                || clauses.renamed.stream().anyMatch(name -> clauses.names.getOrDefault(name, 0) > 1);
    }

    private void take(SqlTokens tokens) {
        String keyword = tokens.keyword();
        boolean isName = tokens.isName() && tokens.end() - tokens.start() <= LONGEST_NAME;
        String name = isName ? tokens.name().toLowerCase(Locale.ROOT) : "";
        if (isName) {
            names.merge(name, 1, Integer::sum);
        }
        String first = head.isEmpty() ? name : head.get(0);
        boolean column = head.size() == 1 && keyword.equals("COLUMN");
        if (column && first.equals(RENAME)) {
            head.set(0, RENAME_COLUMN);
        } else if (head.size() < HEAD && !(column && first.equals(CHANGE))) {
            head.add(name);
        }
        charset |= switch (keyword) {
            case "CONVERT" -> true;
            case "CHARSET", "CHARACTER", "COLLATE" -> !OF_COLUMNS.contains(first);
            default -> false;
        };
    }

    private void end() {
        String first = head.isEmpty() ? "" : head.get(0);
        if (first.equals(CHANGE) && head.size() > 2) {
            rename(head.get(1), head.get(2));
        } else if (first.equals(RENAME_COLUMN) && head.size() > 3) {
            rename(head.get(1), head.get(3));
        }
        head.clear();
    }

    private void rename(String from, String to) {
        renames++;
        if (!from.equals(to)) {
            renamed.add(from);
            renamed.add(to);
        }
    }
}
