package dev.tidemark.pipeline;

import dev.tidemark.connector.SourceException;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.resync.CatalogWatch;
import dev.tidemark.resync.TableDoubts;
import dev.tidemark.source.DebeziumSource;
import dev.tidemark.startup.TableWatch;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares identities every three seconds while the pipeline runs. */
final class IdentityWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(IdentityWatch.class);
    private static final long SECONDS = 3;

    private final SourceHistory history;
    private final DebeziumSource source;
    private final TableWatch tables;
    private final ColumnWatch columns;
    private final CatalogWatch catalog;
    private final TableDoubts doubts;
    private final ScheduledExecutorService thread;

    private IdentityWatch(
            String pipeline,
            SourceHistory history,
            DebeziumSource source,
            TableWatch tables,
            ColumnWatch columns,
            CatalogWatch catalog,
            TableDoubts doubts) {
        this.catalog = catalog;
        this.doubts = doubts;
        this.columns = columns;
        this.history = history;
        this.source = source;
        this.tables = tables;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread watching = new Thread(task, pipeline + "-identity");
            watching.setDaemon(true);
            return watching;
        });
    }

    /** Starts comparing, on a thread of its own. */
    static IdentityWatch start(
            String pipeline,
            SourceHistory history,
            DebeziumSource source,
            TableWatch tables,
            ColumnWatch columns,
            CatalogWatch catalog,
            TableDoubts doubts) {
        IdentityWatch watch = new IdentityWatch(pipeline, history, source, tables, columns, catalog, doubts);
        watch.thread.scheduleWithFixedDelay(watch::look, SECONDS, SECONDS, TimeUnit.SECONDS);
        return watch;
    }

    private void look() {
        try {
            if (!history.isHeld()) {
                history.verify();
                tables.look();
                columns.look();
                catalog.look();
                doubts.check();
            }
        } catch (SourceException e) {
            if (!e.isRetryable()) {
                source.end(e);
            }
        } catch (IOException e) {
            log.warn("identities cannot be recorded: {}", e.getMessage());
            if (history.isHeld()) { // no check runs while it is held: the next engine compares again
                source.end(SourceException.retryable(
                        "what contradicts the database's history cannot be recorded: " + e.getMessage(),
                        "Correct the state directory.",
                        e));
            }
        } catch (RuntimeException e) {
            log.error("failed to compare identities", e); // a scheduled task that throws never runs again
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
