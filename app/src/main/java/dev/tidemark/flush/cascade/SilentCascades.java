package dev.tidemark.flush.cascade;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.load.Loads;
import dev.tidemark.retry.RetryLoop;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads a table when rows that it refers to get another key, on databases that do not write to their log what a foreign key
 * changes (MySQL: ON UPDATE CASCADE). Only tables whose documents have a {@code deleteWhere}: it names the reference. Also
 * reloads tables if the source requests it. Flush thread only.
 */
public final class SilentCascades {

    private static final Logger log = LoggerFactory.getLogger(SilentCascades.class);

    private static final String CASCADE =
            "a row that its rows refer to has another key, and the database does not log what a foreign key changes with it";

    private final Cascades cascades;
    private final Loads snapshots;
    private final Targets targets;
    private final boolean silent;

    public SilentCascades(Cascades cascades, boolean silent, Loads snapshots, Targets targets) {
        this.cascades = cascades;
        this.snapshots = snapshots;
        this.targets = targets;
        this.silent = silent;
    }

    /** Requests a reload of the tables that the changes concern; the requests are durable when this returns. */
    public void reload(List<ChangeEvent> events, RetryLoop persistence) throws InterruptedException {
        for (TableId table : silent ? cascades.referring(events) : Set.<TableId>of()) {
            persistence.persist(
                    "the wish to read " + table + " again", Health.Part.OFFSETS, () -> reload(table, CASCADE));
        }
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.Reload due) {
                for (TableId table : targets.loadedWith(due.table())) {
                    persistence.persist(
                            "the wish to read " + table + " again",
                            Health.Part.OFFSETS,
                            () -> reload(table, due.reason()));
                }
            }
        }
    }

    /** Requests a reload. A table that is being read starts over: what was read may be older. */
    private void reload(TableId table, String reason) throws IOException {
        snapshots.requestAgain(table, targets.estimatedRows(table));
        log.atInfo().addKeyValue("table", table).log("{} is reloaded: {}", table, reason);
    }
}
