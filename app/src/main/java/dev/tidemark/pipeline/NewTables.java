package dev.tidemark.pipeline;

import dev.tidemark.config.Config;
import dev.tidemark.config.ConfigException;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.startup.Findings;
import dev.tidemark.startup.StartupException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Searches the database for tables that have come to match a pattern of the configuration, and verifies that a start with them would
 * succeed: a table that is not suitable must not end the pipeline that runs. Changes nothing. One thread.
 */
final class NewTables {

    private final TablePatterns patterns;
    private final Checks checks;
    /** Tables that are known to match no pattern. */
    private Set<TableId> others = Set.of();

    /** Returns the findings of a start with a configuration. */
    @FunctionalInterface
    interface Checks {
        List<Check> of(Config config) throws InterruptedException;
    }

    /**
     * Result of a search.
     *
     * @param next the configuration with the tables that can be added; null if there are none
     * @param without the configuration with the present tables alone, for a start with {@code next} that fails; null likewise
     * @param added those tables
     * @param unsuitable the others that match, with the reason and what to do
     */
    record Found(
            @Nullable Config next, @Nullable Config without, Set<TableId> added, Map<TableId, String> unsuitable) {}

    /** Thrown if a search has no result now, such as while the database is away. */
    static final class UnknownException extends Exception {

        private static final long serialVersionUID = 1L;

        UnknownException(@Nullable String message) {
            super(message);
        }
    }

    NewTables(TablePatterns patterns, Checks checks) {
        this.patterns = patterns;
        this.checks = checks;
    }

    /**
     * Searches once.
     *
     * @param running the configuration of the pipeline that runs
     * @param postponed tables that are not to be tried now
     */
    Found search(Config running, Set<TableId> postponed) throws UnknownException, InterruptedException {
        Set<TableId> known = tables(running);
        List<TableId> listed = listed();
        Set<TableId> present = new LinkedHashSet<>(listed);
        List<TableId> base = valid(known.stream().filter(present::contains).toList(), known);
        Map<TableId, String> unsuitable = new LinkedHashMap<>();
        List<TableId> matching = new ArrayList<>();
        for (TableId table : matching(listed, known, base, unsuitable)) {
            if (!postponed.contains(table)) {
                matching.add(table);
            }
        }
        Set<TableId> added = matching.isEmpty() ? Set.of() : suitable(base, matching, unsuitable);
        if (added.isEmpty()) {
            return new Found(null, null, Set.of(), unsuitable);
        }
        return new Found(patterns.with(joined(base, added)), patterns.with(base), added, unsuitable);
    }

    /** Returns the tables that still exist, or all that are known if the configuration is invalid with those alone. */
    private List<TableId> valid(List<TableId> present, Set<TableId> known) {
        try {
            patterns.with(present);
            return present;
        } catch (ConfigException e) {
            return List.copyOf(known);
        }
    }

    private List<TableId> listed() throws UnknownException {
        try {
            return patterns.tables();
        } catch (SourceException e) {
            throw new UnknownException(e.getMessage());
        }
    }

    /** Returns the tables that match a pattern and are not captured yet. */
    private List<TableId> matching(
            List<TableId> listed, Set<TableId> known, List<TableId> base, Map<TableId, String> unsuitable) {
        List<TableId> candidates = listed.stream()
                .filter(table -> !known.contains(table) && !others.contains(table))
                .toList();
        if (candidates.isEmpty()) {
            return List.of();
        }
        List<TableId> matching = new ArrayList<>();
        try {
            Set<TableId> all = tables(patterns.with(joined(base, candidates)));
            candidates.stream().filter(all::contains).forEach(matching::add);
        } catch (ConfigException e) {
            // One of them is at fault: two tables in one collection, or a name that cannot be a collection's.
            for (TableId table : candidates) {
                matches(base, table, unsuitable).ifMatches(matching);
            }
        }
        Set<TableId> left = new HashSet<>(candidates);
        left.removeAll(matching);
        left.removeAll(unsuitable.keySet());
        left.addAll(others);
        left.retainAll(Set.copyOf(listed));
        others = left;
        return matching;
    }

    /** A table, and whether it matches. */
    private record Match(TableId table, boolean found) {
        private void ifMatches(List<TableId> matching) {
            if (found) {
                matching.add(table);
            }
        }
    }

    private Match matches(List<TableId> base, TableId table, Map<TableId, String> unsuitable) {
        try {
            return new Match(
                    table, tables(patterns.with(joined(base, List.of(table)))).contains(table));
        } catch (ConfigException e) {
            unsuitable.put(table, String.valueOf(e.getMessage()));
            return new Match(table, false);
        }
    }

    /** Returns those with which a start would succeed: all of them, or else as many as go together. */
    private Set<TableId> suitable(List<TableId> base, List<TableId> matching, Map<TableId, String> unsuitable)
            throws UnknownException, InterruptedException {
        String problem = problem(joined(base, matching));
        if (problem == null) {
            return new LinkedHashSet<>(matching);
        }
        Set<TableId> suitable = new LinkedHashSet<>();
        for (TableId table : matching) {
            List<TableId> one = new ArrayList<>(suitable);
            one.add(table);
            problem = problem(joined(base, one));
            if (problem == null) {
                suitable.add(table);
            } else {
                unsuitable.put(table, problem);
            }
        }
        return suitable;
    }

    /** Returns why a start with these tables would fail; null if it would succeed. */
    private @Nullable String problem(List<TableId> tables) throws UnknownException, InterruptedException {
        List<Check> findings;
        try {
            findings = checks.of(patterns.with(tables));
        } catch (ConfigException e) {
            return String.valueOf(e.getMessage());
        } catch (SourceException e) {
            throw new UnknownException(e.getMessage());
        }
        for (Check check : findings) {
            if (check.outcome() == Check.Outcome.UNREACHABLE) {
                throw new UnknownException(check.message());
            }
        }
        String failures = findings.stream()
                .filter(Findings::isBad)
                .map(StartupException::line)
                .collect(Collectors.joining("; "));
        return failures.isEmpty() ? null : failures;
    }

    private static List<TableId> joined(List<TableId> base, Iterable<TableId> more) {
        List<TableId> all = new ArrayList<>(base);
        more.forEach(all::add);
        return all;
    }

    private static Set<TableId> tables(Config config) {
        return config.documents().stream()
                .map(document -> document.table().id())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
