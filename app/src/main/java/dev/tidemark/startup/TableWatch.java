package dev.tidemark.startup;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.identity.ExchangedTable;
import dev.tidemark.identity.TableIdentities;
import dev.tidemark.load.Doubts;
import dev.tidemark.load.Loads;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the tables with those that were loaded. A table that was exchanged is in doubt until it was loaded again; if nothing is loaded
 * automatically, it is reported to health until {@code load --table}. One thread at a time.
 */
public final class TableWatch {

    private static final Logger log = LoggerFactory.getLogger(TableWatch.class);

    private final Connector connector;
    private final Targets targets;
    private final TableIdentities identities;
    private final Loads snapshots;
    private final @Nullable Doubts doubts;
    private final Health health;

    /** @param doubts takes what is found; null if nothing is loaded automatically: then it makes the pipeline unready */
    public TableWatch(
            Connector connector,
            Targets targets,
            TableIdentities identities,
            Loads snapshots,
            @Nullable Doubts doubts,
            Health health) {
        this.doubts = doubts;
        this.connector = connector;
        this.targets = targets;
        this.identities = identities;
        this.snapshots = snapshots;
        this.health = health;
    }

    /** Compares once; if the database is unreachable, the next comparison decides. */
    public void look() throws IOException {
        for (Loads.Progress each : snapshots.progress()) {
            if (each.phase() == Loads.Phase.DONE) {
                identities.reloaded(each.table().toString(), each.requested());
            }
        }
        try {
            compare(connector, targets, identities, doubts == null ? (table, reason, evidence) -> {} : doubts);
        } catch (SourceException e) {
            log.debug("tables cannot be compared now: {}", e.getMessage());
        }
        report();
    }

    /**
     * Compares the tables; records those that are new, and those that were exchanged.
     *
     * @throws SourceException if the database is unreachable
     */
    static void compare(Connector connector, Targets targets, TableIdentities identities, Doubts doubts)
            throws IOException {
        Map<String, String> fresh = new HashMap<>();
        for (Map.Entry<TableId, String> each : connector.tableIdentities().entrySet()) {
            String name = each.getKey().toString();
            String found = each.getValue();
            String known = identities.of(name).orElse(null);
            if (known == null) {
                fresh.put(name, found);
            } else if (!found.equals(lastFound(identities, name, known))) {
                String message = "table " + name + " is another one than was loaded: its oid is " + found
                        + ", loaded was " + known + "; documents may be missing, stale, or without a row";
                String since = Instant.now().toString(); // before the loads that end it
                Collection<TableId> reload = targets.loadedWith(each.getKey());
                log.error("{}", message);
                for (TableId table : reload) {
                    doubts.raise(table, DoubtReason.IDENTITY, message);
                }
                identities.exchanged(new ExchangedTable(
                        name,
                        found,
                        since,
                        message,
                        reload.stream().map(TableId::toString).toList()));
            }
        }
        identities.adopt(fresh);
    }

    /**
     * Returns the identity that was found last: a table that was exchanged twice, or back, is to be loaded from that moment on.
     */
    private static String lastFound(TableIdentities identities, String table, String known) {
        return identities.exchanged().stream()
                .filter(each -> each.table().equals(table))
                .map(ExchangedTable::found)
                .findFirst()
                .orElse(known);
    }

    private void report() {
        List<ExchangedTable> exchanged = identities.exchanged();
        if (exchanged.isEmpty() || doubts != null) { // a doubt shows it
            health.markHealthy(Health.Part.TABLE);
            return;
        }
        ExchangedTable first = exchanged.get(0);
        String more = exchanged.size() == 1 ? "" : " (and " + (exchanged.size() - 1) + " more tables)";
        health.markUnhealthy(Health.Part.TABLE, new Health.Condition(first.message() + more, hint(first)), "");
    }

    private static String hint(ExchangedTable exchanged) {
        List<String> commands = exchanged.reload().stream()
                .map(table -> "'tidemark load -c FILE --table " + table + "'")
                .toList();
        return commands.isEmpty()
                ? "Restart Tidemark, which loads the tables that it concerns."
                : "Run " + String.join(" and ", commands) + ", or restart Tidemark, which loads these tables.";
    }
}
