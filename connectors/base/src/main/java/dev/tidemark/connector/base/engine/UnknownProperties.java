package dev.tidemark.connector.base.engine;

import dev.tidemark.connector.Check;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Further Debezium properties of a configuration that the engine's connector does not know: it ignores them silently. */
final class UnknownProperties {

    /** Prefixes of properties that are passed to a driver or a plug-in, or are the engine's own. */
    private static final List<String> OPEN = List.of(
            "database.",
            "driver.",
            "internal.",
            "schema.history.internal.",
            "snapshot.select.statement.overrides",
            "record.processing.",
            "post.processors",
            "openlineage.",
            "signal.",
            "notification.",
            "errors.");

    private static final int SLIP = 3;

    private UnknownProperties() {}

    /** Returns a warning for each, with the name that was probably meant. */
    static List<Check> check(Map<String, String> given, Collection<String> known) {
        List<Check> found = new ArrayList<>();
        for (String name : new TreeMap<>(given).keySet()) {
            if (!known.contains(name) && OPEN.stream().noneMatch(name::startsWith)) {
                String near = known.stream()
                        .filter(each -> distance(each, name) <= SLIP)
                        .min(Comparator.comparingInt((String each) -> distance(each, name))
                                .thenComparing(Comparator.naturalOrder()))
                        .map(each -> "did you mean '" + each + "'? Else remove it")
                        .orElse("remove it, or correct its name");
                found.add(Check.warning(
                        "debezium",
                        "property '" + name + "' is not known to Debezium's connector, which ignores it",
                        near));
            }
        }
        return found;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(same, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
