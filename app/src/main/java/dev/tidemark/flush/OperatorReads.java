package dev.tidemark.flush;

import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.RowReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.join.JoinedDocuments;
import dev.tidemark.flush.reload.TableReading;
import dev.tidemark.flush.replay.ReplayPage;
import dev.tidemark.flush.replay.ReplayQueue;
import dev.tidemark.flush.routing.FamilyRouting;
import dev.tidemark.flush.sweep.Sweep;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.PriorRunVisibility;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.health.Health;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.trace.TraceBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads that operators request: rows of dead letters, and tables. The flush thread does them between two batches, so no other
 * write of these documents is on its way (invariant 2). A table's page is tried once, and later again: no change waits until
 * it succeeds.
 */
final class OperatorReads {

    private static final String PROGRESS = "the progress of a table's snapshot";

    private final ReplayQueue rereads = new ReplayQueue();
    private final PriorRunVisibility before;
    private final TableReading tables;
    private final Targets targets;
    private final FamilyRouting families;
    private final JoinedDocuments joined;
    private final DeadLetters deadLetters;
    private final Sweep sweep;
    private final Visibility flushed;
    private final RowReader reader;
    private final DurableWrites writes;
    private final RetryLoop persistence;
    private final FlushReport report;
    private final TraceBuffer traces;
    private final ApprovedDeletes approved;
    private final SuspectReview review;

    /** @param flushed what is possibly not visible in the database yet */
    OperatorReads(
            Config.Flush config,
            SourceSide from,
            SinkSide to,
            FamilyRouting families,
            JoinedDocuments joined,
            Sweep sweep,
            Visibility flushed,
            DurableWrites writes,
            RetryLoop persistence,
            FlushReport report,
            TraceBuffer traces) {
        this.before = new PriorRunVisibility(from.reader(), from.offsets()::stored);
        this.tables = new TableReading(from.snapshots(), to.targets(), from.reader(), config, before);
        this.review = new SuspectReview(to, from.reader(), joined, flushed, before, writes, persistence, traces);
        this.approved = new ApprovedDeletes(to.guard(), sweep, before, to.targets(), families, review);
        this.reader = from.reader();
        this.targets = to.targets();
        this.deadLetters = to.deadLetters();
        this.families = families;
        this.joined = joined;
        this.sweep = sweep;
        this.flushed = flushed;
        this.writes = writes;
        this.persistence = persistence;
        this.report = report;
        this.traces = traces;
    }

    /** Returns the queue of dead letters to replay. Any thread. */
    ReplayQueue rereads() {
        return rereads;
    }

    /** Returns whether there is something to do at once. */
    boolean areDue() {
        return !rereads.isEmpty() || tables.isDue() || approved.isDue() || review.isDue();
    }

    /** Discards what was written and is not known to be durable: it will be re-read. */
    void forget() {
        tables.forget();
    }

    /** Discards what was flushed of the old history, whose stored offset was deleted. */
    void forgetHistory() {
        before.forget();
        review.forgetHistory();
    }

    /** Carries out what was decided on deletes that were held back. */
    void decided() throws InterruptedException {
        approved.run();
    }

    /**
     * Checks documents again whose row was not found.
     *
     * @param committed the position up to which all is durable; null if that is not known now
     */
    List<CollectionFlush> suspects(@Nullable Long committed) throws InterruptedException {
        if (committed != null) {
            review.durableTo(committed);
        }
        return review.run();
    }

    /** Reads rows of dead letters, and writes them. */
    List<CollectionFlush> rows() throws InterruptedException {
        if (rereads.isEmpty()) {
            return List.of();
        }
        ReplayPage page = ReplayPage.of(rereads.take(), targets.all(), joined, reader, deadLetters, traces);
        writes.write(page, before, flushed);
        page.tell(report);
        return page.flushes();
    }

    /**
     * Returns the next page of a table, to be written as a batch of its own; null if there is none now. If the last page of a
     * table has become durable, its collections are swept before.
     *
     * @param position of what was flushed last
     */
    TableReading.@Nullable Page page(long position) throws InterruptedException {
        if (!tables.isActive()) {
            return null;
        }
        persistence.persist(PROGRESS, Health.Part.OFFSETS, () -> tables.advance(joined.oldestBatch()));
        persistence.persist(
                PROGRESS,
                Health.Part.OFFSETS,
                () -> tables.sweep(target -> {
                    sweep.run(target);
                    families.forgetIfEmpty(target);
                }));
        return persistence.ask(PROGRESS, Health.Part.OFFSETS, () -> tables.read(flushed, position));
    }

    /** Records that the page was written in that batch; joined documents may be pending for it. */
    void written(TableReading.Page page, long batch) {
        tables.written(page, batch);
    }
}
