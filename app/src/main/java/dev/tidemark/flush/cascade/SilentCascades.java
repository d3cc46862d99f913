package dev.tidemark.flush.cascade;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.load.Doubts;
import dev.tidemark.retry.RetryLoop;
import java.util.List;
import java.util.Set;

/**
 * Reloads a table when rows that it refers to get another key, on databases that do not write to their log what a foreign key
 * changes (MySQL: ON UPDATE CASCADE). Only tables whose documents have a {@code deleteWhere}: it names the reference. Also
 * reloads tables if the source requests it. Flush thread only.
 */
public final class SilentCascades {

    private static final String CASCADE =
            "a row that its rows refer to has another key, and the database does not log what a foreign key changes with it";

    private final Cascades cascades;
    private final Doubts doubts;
    private final Targets targets;
    private final boolean silent;

    public SilentCascades(Cascades cascades, boolean silent, Doubts doubts, Targets targets) {
        this.cascades = cascades;
        this.doubts = doubts;
        this.targets = targets;
        this.silent = silent;
    }

    /** Requests a reload of the tables that the changes concern; the requests are durable when this returns. */
    public void reload(List<ChangeEvent> events, RetryLoop persistence) throws InterruptedException {
        for (TableId table : silent ? cascades.referring(events) : Set.<TableId>of()) {
            persistence.persist(
                    "the wish to read " + table + " again",
                    Health.Part.OFFSETS,
                    () -> doubts.raise(table, DoubtReason.KEY_CHANGE, CASCADE));
        }
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.Reload due) {
                for (TableId table : targets.loadedWith(due.table())) {
                    persistence.persist(
                            "the wish to read " + table + " again",
                            Health.Part.OFFSETS,
                            () -> doubts.raise(table, due.kind(), due.reason()));
                }
            }
        }
    }
}
