package dev.tidemark.resync;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.MovedRows;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.load.Doubts;
import dev.tidemark.logging.Recurring;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the catalog with what is recorded of it, and raises a doubt about each table whose rows moved without a change of rows in the log.
 * The doubt is on disk before the facts are: a crash in between only finds it again (invariant 10). One thread at a time.
 */
public final class CatalogWatch {

    private static final Logger log = LoggerFactory.getLogger(CatalogWatch.class);
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** The share of the time in which the catalog may be queried. */
    private static final int REST = 100;

    private final Connector connector;
    private final Targets targets;
    private final CatalogFile file;
    private final Doubts doubts;
    private final Map<TableId, Recurring> failures = new HashMap<>();
    private long notBefore = System.nanoTime();

    public CatalogWatch(Connector connector, Targets targets, CatalogFile file, Doubts doubts) {
        this.connector = connector;
        this.targets = targets;
        this.file = file;
        this.doubts = doubts;
    }

    /** Compares once, unless that took long shortly before; if the database is unreachable, the next comparison decides. */
    public void look() throws IOException {
        long began = System.nanoTime();
        if (began - notBefore < 0) {
            return;
        }
        try {
            compare();
        } catch (SourceException e) {
            log.debug("the catalog cannot be compared now: {}", e.getMessage());
        }
        notBefore = System.nanoTime() + Math.min(MAX_NANOS, REST * (System.nanoTime() - began));
    }

    private void compare() throws IOException {
        for (Map.Entry<TableId, Map<String, String>> each :
                connector.catalogFacts().entrySet()) {
            TableId table = each.getKey();
            try {
                compare(table, each.getValue());
                failures.remove(table);
            } catch (SourceException e) { // its facts stay as they are recorded; other tables do not wait for it
                String repeated = failures.computeIfAbsent(table, failing -> new Recurring())
                        .occurred(String.valueOf(e.getMessage()));
                if (repeated != null) {
                    log.atWarn()
                            .addKeyValue("table", table)
                            .log("{} cannot be compared with the catalog: {}{}", table, e.getMessage(), repeated);
                }
            }
        }
    }

    private void compare(TableId table, Map<String, String> now) throws IOException {
        Map<String, String> before = file.of(table).orElse(now);
        Optional<MovedRows> moved = before.equals(now) ? Optional.empty() : connector.movedRows(table, before, now);
        if (moved.isPresent()) {
            for (TableId loaded : targets.loadedWith(table)) {
                doubts.raise(
                        loaded,
                        moved.get().reason(),
                        (loaded.equals(table) ? "" : table + ": ") + moved.get().evidence());
            }
        }
        file.put(table, now);
    }
}
