package dev.tidemark.document.value;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of fields that cannot be used in Typesense's searches, as tried on 0.24.1 (docs/reference/types.md, "Names of columns").
 */
public final class FieldNames {

    /** Characters that are not part of a name in {@code filter_by}. */
    private static final Pattern FILTER = Pattern.compile(":|&&|\\|\\||[()]");

    private FieldNames() {}

    /** Returns whether Typesense takes the name for a pattern of names: such a field takes other values, and not its own. */
    public static boolean isPattern(String name) {
        return name.contains(".*");
    }

    /** Returns what a search cannot do with a field of the name; empty if it can do everything. */
    public static Optional<String> problem(String name) {
        if (isPattern(name)) {
            return Optional.of("is stored and cannot be searched: Typesense takes such a name for a pattern of names");
        } else if (!name.equals(name.strip())) {
            return Optional.of(
                    "becomes a field that cannot be searched, filtered, sorted or faceted by: spaces around a name are lost");
        } else if (name.contains(",")) {
            return Optional.of(
                    "becomes a field that cannot be searched, sorted or faceted by: a comma separates names");
        } else if (name.equals("_eval")) {
            return Optional.of("becomes a field that must not be sorted by: Typesense 0.24 ends when it is");
        } else if (FILTER.matcher(name).find()) {
            return Optional.of(
                    "becomes a field that cannot be filtered by" + (name.contains("(") ? ", nor sorted by" : ""));
        }
        return Optional.empty();
    }

    /** Returns a name without special characters that none of the others has. */
    public static String instead(String name, Set<String> others) {
        String plain = name.strip().replaceAll("[^\\p{L}\\p{N}_]+", "_").replaceAll("^_+|_+$", "");
        String chosen = plain.isEmpty() || plain.equals(FieldPlan.ID) ? "field" : plain;
        for (int i = 2; others.contains(chosen); i++) {
            chosen = plain + "_" + i;
        }
        return chosen;
    }
}
