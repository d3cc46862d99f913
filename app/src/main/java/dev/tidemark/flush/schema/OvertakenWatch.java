package dev.tidemark.flush.schema;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.load.Doubts;
import dev.tidemark.sink.Sink;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads the tables of collections in which an older write may have been applied after newer ones ({@link Sink#overtaken}): only
 * their rows show which documents are correct (invariant 2). One thread of its own; what cannot be requested now is requested
 * again.
 */
public final class OvertakenWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OvertakenWatch.class);

    private final Sink sink;
    private final Supplier<Collection<Target>> targets;
    private final Doubts doubts;
    private final Set<TableId> due = new LinkedHashSet<>();
    private final ScheduledExecutorService thread;

    /** @param targets all collections, as they are now */
    public OvertakenWatch(String pipeline, Sink sink, Supplier<Collection<Target>> targets, Doubts doubts) {
        this.sink = sink;
        this.targets = targets;
        this.doubts = doubts;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread watch = new Thread(task, pipeline + "-nodes");
            watch.setDaemon(true);
            return watch;
        });
    }

    /** Starts to check every 2 s. */
    public void start() {
        thread.scheduleWithFixedDelay(this::guarded, 2, 2, TimeUnit.SECONDS);
    }

    private void guarded() {
        try {
            check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error(
                    "failed to check for nodes of Typesense that are back",
                    e); // a scheduled task that throws never runs again
        }
    }

    /** Checks once. */
    void check() throws InterruptedException {
        for (String collection : sink.overtaken()) {
            log.warn(
                    "a node of Typesense that was presumed lost is back: a write of that time may have been applied late to collection {};"
                            + " its table is reloaded",
                    collection);
            targets.get().stream()
                    .filter(target -> target.collection().equals(collection))
                    .forEach(target -> due.add(target.table()));
        }
        due.removeIf(this::request);
    }

    /** Requests a load; one that runs starts over, since rows that it has read may be older. Returns whether it is stored. */
    private boolean request(TableId table) {
        try {
            doubts.raise(
                    table,
                    DoubtReason.COLLECTION,
                    "a node of Typesense that was presumed lost is back, and may have applied an older write late");
            return true;
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("table", table)
                    .log("failed to request the reload of {}: {} (retrying)", table, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
