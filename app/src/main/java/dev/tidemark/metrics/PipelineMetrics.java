package dev.tidemark.metrics;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/**
 * Every metric of a pipeline and its name, in one place; docs/reference/metrics.md lists the same. All have the label
 * {@code pipeline}. Any thread.
 */
public final class PipelineMetrics {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> deadLettersPending = new ConcurrentHashMap<>();
    private final Timer flushTimer;
    private final Timer endToEnd;
    private final DistributionSummary flushDocuments;
    private final Counter coalesced;
    private final Counter offsetCommits;
    private final Counter sourceRestarts;
    private final Counter snapshotRows;
    private final AtomicLong snapshotRunning = new AtomicLong();
    private final TableFigures tables = new TableFigures();
    private final LoadMetrics loads;
    private final DoubtMetrics doubts;
    private final VerifyMetrics verify;

    /**
     * Registers what exists from the start, so that a scrape shows zeros and not gaps. If an earlier pipeline of this name was in the
     * registry, its counters continue.
     */
    public PipelineMetrics(MeterRegistry registry, String pipeline) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline);
        this.flushTimer = Timer.builder("tidemark.flush")
                .description("How long a flush took, from batch to durable")
                .tags(tags)
                .serviceLevelObjectives(seconds(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60))
                .register(registry);
        this.endToEnd = Timer.builder("tidemark.end.to.end")
                .description("From the commit at the source to durable in Typesense, streamed changes only")
                .tags(tags)
                .serviceLevelObjectives(seconds(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600))
                .register(registry);
        this.flushDocuments = DistributionSummary.builder("tidemark.flush.documents")
                .description("Documents written or deleted by a flush")
                .tags(tags)
                .register(registry);
        this.coalesced = counter("tidemark.coalesced", "Changes that a later change of the same document replaced");
        this.offsetCommits = counter("tidemark.offset.commits", "Offsets stored after a durable flush");
        this.sourceRestarts = counter("tidemark.source.restarts", "Engines built again after a failure");
        this.snapshotRows = counter("tidemark.snapshot.rows", "Rows read by snapshots");
        gauge("tidemark.snapshot.running", "1 while a snapshot runs", snapshotRunning, AtomicLong::get);
        this.loads = new LoadMetrics(registry, tags);
        this.doubts = new DoubtMetrics(registry, tags);
        this.verify = new VerifyMetrics(registry, tags);
    }

    private static Duration[] seconds(double... seconds) {
        Duration[] durations = new Duration[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            durations[i] = Duration.ofNanos((long) (seconds[i] * 1e9));
        }
        return durations;
    }

    private Counter counter(String name, String description, Tag... more) {
        return Counter.builder(name)
                .description(description)
                .tags(tags.and(more))
                .register(registry);
    }

    /** Adds to a counter that is registered with the first it counts; labels are names and values in turn. */
    private void count(long more, String name, String description, String... labels) {
        counters.computeIfAbsent(
                        name + " " + String.join(" ", labels),
                        key -> Counter.builder(name)
                                .description(description)
                                .tags(tags.and(labels))
                                .register(registry))
                .increment(more);
    }

    /** Registers a gauge that is read at each scrape. */
    public <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        Gauges.register(registry, name, description, tags, of, value);
    }

    /**
     * Registers a gauge for each part: 1 while {@code /health/ready} names it. Read at each scrape, so that an alert misses no
     * reason.
     */
    public void health(Health health) {
        for (Health.Part part : Health.Part.values()) {
            Gauges.register(
                    registry,
                    "tidemark.not.ready",
                    "1 while /health/ready names the part",
                    tags.and("part", part.label()),
                    health,
                    now -> now.conditions().containsKey(part) ? 1 : 0);
        }
    }

    /** Counts changes of a table that came from the source; op is insert, update, delete, truncate or snapshot. */
    public void changes(TableId table, String op, long count) {
        tables.durable(table, op.equals("snapshot"), count, Instant.now());
        count(count, "tidemark.changes", "Changes received from the source", "table", table.toString(), "op", op);
    }

    /** Counts documents handled; action is upsert, update, delete or truncate, outcome ok or rejected. */
    public void documents(String collection, String action, String outcome, long count) {
        if (count > 0) {
            count(
                    count,
                    "tidemark.documents",
                    "Documents written to or deleted from a collection",
                    "collection",
                    collection,
                    "action",
                    action,
                    "outcome",
                    outcome);
        }
    }

    /** Updates of rows that changed no field of their document: nothing was sent. */
    public void updatesSkipped(String collection, long count) {
        count(
                count,
                "tidemark.updates.skipped",
                "Updates that changed no field of the document",
                "collection",
                collection);
    }

    /**
     * Counts queries for a joined collection; they read documents, or the ids that changes concern ({@code what}: documents,
     * ids).
     */
    public void joinQuery(String collection, String what, long count) {
        count(count, "tidemark.join.queries", "Queries for joined documents", "collection", collection, "what", what);
    }

    /** Counts rows of a table that the configuration excludes from the documents. */
    public void filtered(TableId table, long count) {
        count(count, "tidemark.filtered", "Rows that were left out", "table", table.toString());
    }

    /** Counts rows of a table that have no document because they break a rule. */
    public void invalid(TableId table, long count) {
        count(count, "tidemark.invalid", "Rows that were skipped since they break a rule", "table", table.toString());
    }

    public void coalesced(long changes) {
        coalesced.increment(changes);
    }

    /** Counts a request that was retried; reason is one word, see docs/reference/metrics.md. */
    public void retry(String reason) {
        count(1, "tidemark.retries", "Requests tried again", "reason", reason);
    }

    /** Counts new dead letters of a collection. */
    public void deadLetters(String collection, long count) {
        count(count, "tidemark.dead.letters", "Documents that were rejected", "collection", collection);
    }

    /**
     * Counts a replayed dead letter; outcome is {@code settled} (resolved), {@code refused} (rejected again) or {@code unknown}.
     */
    public void deadLetterReplayed(String collection, String outcome) {
        count(
                1,
                "tidemark.dead.letter.replays",
                "Dead letters that were replayed",
                "collection",
                collection,
                "outcome",
                outcome);
    }

    /** Counts dead letters that an operator discarded. */
    public void deadLettersDiscarded(String collection, long count) {
        count(count, "tidemark.dead.letters.discarded", "Dead letters that were discarded", "collection", collection);
    }

    /** Sets how many dead letters of a collection are not resolved. */
    public void deadLettersPending(String collection, long count) {
        deadLettersPending
                .computeIfAbsent(collection, name -> {
                    AtomicLong holder = new AtomicLong();
                    Gauges.register(
                            registry,
                            "tidemark.dead.letters.pending",
                            "Rejected documents that are not resolved yet",
                            tags.and("collection", name),
                            holder,
                            AtomicLong::get);
                    return holder;
                })
                .set(count);
    }

    /** Records a durable flush. */
    public void flushed(long nanos, int documents) {
        flushTimer.record(nanos, TimeUnit.NANOSECONDS);
        flushDocuments.record(documents);
    }

    /** Records the time from the commit of a streamed change until it was durable. */
    public void endToEnd(long millis) {
        endToEnd.record(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    public void offsetCommitted() {
        offsetCommits.increment();
    }

    public void sourceRestarted() {
        sourceRestarts.increment();
    }

    public void snapshotRows(long count) {
        snapshotRows.increment(count);
    }

    /** Records that a table reload starts from the beginning of the table. */
    public void tableSnapshotBegun(TableId table) {
        tables.snapshotStarted(table);
    }

    /**
     * Registers the counters of a table that can be reloaded. They begin at 0: otherwise an alert on their growth would miss a
     * first failure.
     */
    public void tableSnapshots(TableId table) {
        loads.register(table);
        for (String outcome : List.of("done", "failed", "stopped")) {
            tableSnapshot(table, outcome);
        }
    }

    /** Counts a table reload that has ended; outcome is done, failed or stopped. */
    public void tableSnapshotEnded(TableId table, String outcome) {
        tableSnapshot(table, outcome).increment();
    }

    private Counter tableSnapshot(TableId table, String outcome) {
        return counter(
                "tidemark.snapshot.tables",
                "Tables that were reloaded while changes were streamed",
                Tag.of("table", table.toString()),
                Tag.of("outcome", outcome));
    }

    public void snapshotRunning(boolean running) {
        if (snapshotRunning.getAndSet(running ? 1 : 0) == 0 && running) {
            tables.snapshotStarted();
        }
    }

    public boolean isSnapshotRunning() {
        return snapshotRunning.get() == 1;
    }

    /** Returns the metric of doubts. */
    public DoubtMetrics doubts() {
        return doubts;
    }

    /** Returns the metrics of verifications. */
    public VerifyMetrics verify() {
        return verify;
    }

    /** Returns the metrics of loads. */
    public LoadMetrics loads() {
        return loads;
    }

    /** Returns the figures of the durable changes of each table so far. */
    public TableFigures tables() {
        return tables;
    }
}
