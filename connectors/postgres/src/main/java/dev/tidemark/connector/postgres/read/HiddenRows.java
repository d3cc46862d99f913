package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.postgres.connection.Database;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Description of rows that row-level security hides, with the statements that show them. */
public final class HiddenRows {

    private static final int NAMED = 3;

    private HiddenRows() {}

    /** Returns the finding of a preflight. */
    public static Check check(Policies hiding) {
        return Check.failed("row security of " + hiding.table(), message(List.of(hiding)), hint(List.of(hiding)));
    }

    /** Returns one finding for all of them. */
    static Check check(List<Policies> hiding) {
        String tables = hiding.stream()
                .map(policies -> policies.table().toString())
                .distinct()
                .limit(NAMED)
                .collect(Collectors.joining(", "));
        return Check.failed("row security of " + tables, message(hiding), hint(hiding));
    }

    /** Returns a finding for functions that may read further tables, whose policies are unknown. */
    static Check unfollowed(List<Policies> letting, List<String> functions) {
        Policies one =
                letting.stream().filter(Policies::letAllThrough).findFirst().orElseThrow();
        return Check.failed(
                "row security of " + one.table(),
                "row-level security is on for " + one.table() + ", and a query that reads it calls "
                        + String.join(", ", functions) + ", which may read tables of which policies hide rows",
                "ALTER ROLE " + Database.quoted(one.reader())
                        + " BYPASSRLS; -- or, if that cannot be granted: write the query without it");
    }

    /** Returns the failure of a read. It is retryable: the read succeeds once one of the statements was run. */
    static SourceException failure(List<Policies> hiding, @Nullable Throwable cause) {
        return SourceException.retryable(message(hiding), hint(hiding), cause);
    }

    private static String message(List<Policies> hiding) {
        String named = hiding.stream()
                .limit(NAMED)
                .map(policies -> policies.table() + " from user " + policies.reader()
                        + (policies.ours() ? "" : " (owner of a view that reads it)"))
                .collect(Collectors.joining(", and of "));
        int more = hiding.size() - NAMED;
        return "row-level security hides rows of " + named + (more > 0 ? ", and of " + more + " more" : "")
                + ": which rows exist cannot be read, so no document is deleted for a row that was not found";
    }

    private static String hint(List<Policies> hiding) {
        Set<String> roles = new LinkedHashSet<>();
        Set<String> tables = new LinkedHashSet<>();
        for (Policies policies : hiding.subList(0, Math.min(NAMED, hiding.size()))) {
            roles.add("ALTER ROLE " + Database.quoted(policies.reader()) + " BYPASSRLS;");
            tables.add(ofTable(policies));
        }
        return String.join(" ", roles) + " -- or, if that cannot be granted: " + String.join(" ", tables);
    }

    private static String ofTable(Policies policies) {
        String table = Database.quoted(policies.table());
        if (policies.owner()) {
            return "ALTER TABLE " + table + " NO FORCE ROW LEVEL SECURITY;";
        }
        String create = policies.everyRow()
                ? ""
                : "CREATE POLICY tidemark_reads ON " + table + " FOR SELECT TO " + Database.quoted(policies.reader())
                        + " USING (true);";
        return policies.restrictive() == null
                ? create
                : (create + " and exempt the role from restrictive policies: ALTER POLICY " + policies.restrictive()
                                + " ON " + table + " TO <other roles>;")
                        .strip();
    }
}
