package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.logging.Recurring;
import dev.tidemark.metrics.PipelineMetrics;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports what a flush did to metrics, status and log. Written by the flush thread, read by any. */
public final class FlushReport {

    private static final Logger log = LoggerFactory.getLogger(FlushReport.class);
    private static final String[] OPS = {"insert", "update", "delete", "truncate", "snapshot"};

    private final PipelineMetrics metrics;
    private final DeadLetters deadLetters;
    private final LongFunction<String> positions;
    private final Map<String, Recurring> rejections = new ConcurrentHashMap<>();
    private final Map<String, Counts> counts = new ConcurrentHashMap<>();
    private volatile PipelineStatus.@Nullable LastFlush last;

    /**
     * A batch that is done.
     *
     * @param committed the position of the offset that was stored with it, null if none was
     */
    public record Flushed(
            long number,
            List<ChangeEvent> events,
            List<CollectionFlush> flushes,
            @Nullable Long committed,
            Stopwatch times) {}

    /** A collection's documents since the start. */
    public static final class Counts {
        private final LongAdder upserted = new LongAdder();
        private final LongAdder updated = new LongAdder();
        private final LongAdder deleted = new LongAdder();
        private final LongAdder rejected = new LongAdder();

        public long upserted() {
            return upserted.sum();
        }

        public long updated() {
            return updated.sum();
        }

        public long deleted() {
            return deleted.sum();
        }

        public long rejected() {
            return rejected.sum();
        }
    }

    public FlushReport(PipelineMetrics metrics, DeadLetters deadLetters) {
        this(metrics, deadLetters, Long::toString);
    }

    /** @param positions formats positions in the source for the log */
    public FlushReport(PipelineMetrics metrics, DeadLetters deadLetters, LongFunction<String> positions) {
        this.metrics = metrics;
        this.positions = positions;
        this.deadLetters = deadLetters;
        deadLetters.pendingByCollection().forEach(metrics::deadLettersPending);
    }

    /** Starts a collection at zero, so that a scrape shows it before its first document. */
    public void expect(Target target) {
        counts.computeIfAbsent(target.collection(), name -> new Counts());
        metrics.documents(target.collection(), "upsert", "ok", 0);
        metrics.updatesSkipped(target.collection(), 0);
        if (target.mapper().isSelective()) {
            metrics.filtered(target.table(), 0);
        }
        if (!target.config().validation().rules().isEmpty()) {
            metrics.invalid(target.table(), 0);
        }
        metrics.deadLettersPending(target.collection(), deadLetters.pending(target.collection()));
    }

    public void rejected(String collection, int fresh, List<DeadLetter> entries) {
        metrics.deadLetters(collection, fresh);
        counts.computeIfAbsent(collection, name -> new Counts()).rejected.add(fresh);
        String repeated = fresh == 0
                ? null
                : rejections
                        .computeIfAbsent(collection, name -> new Recurring())
                        .occurred("");
        if (repeated != null) {
            DeadLetter first = entries.get(0);
            log.atWarn()
                    .addKeyValue("collection", collection)
                    .addKeyValue("table", first.table())
                    .addKeyValue("id", first.id())
                    .log(
                            "collection {}: {} documents were rejected and are in the dead letters; the first is '{}' of {}: {}{}",
                            collection,
                            fresh,
                            first.id(),
                            first.table(),
                            first.error(),
                            repeated);
        }
    }

    /** Counts rows of a table that are not documents, by their configuration. */
    public void leftOut(TableId table, long rows) {
        if (rows > 0) {
            metrics.filtered(table, rows);
        }
    }

    /** Reports how many dead letters are pending for a collection, or for the name that stands for no collection. */
    public void pending(String collection) {
        metrics.deadLettersPending(collection, deadLetters.pending(collection));
    }

    /** Counts a dead letter whose row was re-read. */
    public void replayed(String collection, String outcome) {
        metrics.deadLetterReplayed(collection, outcome);
    }

    public void cascaded(String collection, String description, long deleted) {
        metrics.documents(collection, "delete", "ok", deleted);
        counts.computeIfAbsent(collection, name -> new Counts()).deleted.add(deleted);
        log.atInfo()
                .addKeyValue("collection", collection)
                .log("deleteWhere: {} documents of {} with {}", deleted, collection, description);
    }

    public void flushed(Flushed batch) {
        List<CollectionFlush> flushes = batch.flushes();
        long nanos = batch.times().totalNanos();
        long documents = 0;
        for (CollectionFlush flush : flushes) {
            String collection = flush.target().collection();
            metrics.documents(collection, "upsert", "ok", flush.upserts());
            metrics.documents(collection, "update", "ok", flush.updates());
            metrics.documents(collection, "delete", "ok", flush.deletes());
            metrics.documents(collection, "truncate", "ok", flush.truncated() ? 1 : 0);
            metrics.documents(collection, "upsert", "rejected", flush.rejected().size() - flush.updatesRejected());
            metrics.documents(collection, "update", "rejected", flush.updatesRejected());
            metrics.updatesSkipped(collection, flush.skipped());
            if (flush.leftOut() > 0) {
                metrics.filtered(flush.target().table(), flush.leftOut());
            }
            if (flush.invalid() > 0) {
                metrics.invalid(flush.target().table(), flush.invalid());
            }
            metrics.coalesced(flush.coalesced());
            metrics.deadLettersPending(collection, deadLetters.pending(collection));
            Counts of = counts.computeIfAbsent(collection, name -> new Counts());
            of.upserted.add(flush.upserts());
            of.updated.add(flush.updates());
            of.deleted.add(flush.deletes());
            documents += flush.upserts() + flush.updates() + flush.deletes();
        }
        if (!flushes.isEmpty()) {
            metrics.flushed(nanos, (int) documents);
            last = new PipelineStatus.LastFlush(Instant.now().toString(), (int) documents, nanos / 1_000_000);
        }
        if (log.isDebugEnabled()) {
            report(batch);
        }
    }

    private void report(Flushed batch) {
        long bytes = 0;
        for (ChangeEvent event : batch.events()) {
            bytes += event.bytes();
        }
        Long committed = batch.committed();
        batch.times()
                .addTo(log.atDebug()
                        .addKeyValue("batch", batch.number())
                        .addKeyValue("changes", batch.events().size())
                        .addKeyValue("bytes", bytes)
                        .addKeyValue("upserted", sum(batch, CollectionFlush::upserts))
                        .addKeyValue("updated", sum(batch, CollectionFlush::updates))
                        .addKeyValue("deleted", sum(batch, CollectionFlush::deletes))
                        .addKeyValue(
                                "rejected", sum(batch, flush -> flush.rejected().size()))
                        .addKeyValue("coalesced", sum(batch, CollectionFlush::coalesced))
                        .addKeyValue("unchanged", sum(batch, CollectionFlush::skipped))
                        .addKeyValue("leftOut", sum(batch, CollectionFlush::leftOut))
                        .addKeyValue("ms", batch.times().totalNanos() / 1_000_000))
                .addKeyValue("committed", committed == null ? "nothing" : positions.apply(committed))
                .log("flushed");
    }

    private static long sum(Flushed batch, ToLongFunction<CollectionFlush> figure) {
        return batch.flushes().stream().mapToLong(figure).sum();
    }

    /** Reports rows that a load has written. */
    public void durableRows(TableId table, int rows) {
        metrics.changes(table, OPS[OPS.length - 1], rows);
        metrics.snapshotRows(rows);
        metrics.loads().rows(table, rows);
    }

    /** Reports documents that a load has written in one go. */
    public void loaded(LoadedDocuments loaded) {
        String collection = loaded.target().collection();
        int documents = loaded.documents().size() - loaded.rejected().size();
        metrics.documents(collection, "upsert", "ok", documents);
        counts.computeIfAbsent(collection, name -> new Counts()).upserted.add(documents);
        leftOut(loaded.target().table(), loaded.leftOutRows());
        last = new PipelineStatus.LastFlush(Instant.now().toString(), documents, 0);
    }

    /** Reports changes that are durable now. */
    public void durable(List<ChangeEvent> events) {
        long now = System.currentTimeMillis();
        Map<TableId, long[]> ops = new LinkedHashMap<>(); // in the order of the source
        TableId lastTable = null;
        long[] of = new long[OPS.length];
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.OfTable change) {
                TableId table = change.table();
                if (!table.equals(lastTable)) {
                    of = ops.computeIfAbsent(table, t -> new long[OPS.length]);
                    lastTable = table;
                }
                of[op(change)]++;
                metrics.endToEnd(now - event.commitMillis());
            }
        }
        ops.forEach((table, byOp) -> {
            for (int i = 0; i < OPS.length; i++) {
                if (byOp[i] > 0) {
                    metrics.changes(table, OPS[i], byOp[i]);
                }
            }
        });
    }

    private static int op(Change.OfTable change) {
        if (change instanceof Change.Upsert upsert) {
            return switch (upsert.cause()) {
                case INSERT -> 0;
                case UPDATE -> 1;
                case LOAD -> 4;
            };
        }
        return change instanceof Change.Delete ? 2 : 3;
    }

    public void offsetCommitted() {
        metrics.offsetCommitted();
    }

    public PipelineStatus.@Nullable LastFlush last() {
        return last;
    }

    public Counts counts(String collection) {
        return counts.getOrDefault(collection, new Counts());
    }
}
