package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.connector.RowReader;
import dev.tidemark.flush.reload.TableReading;
import dev.tidemark.flush.replay.ReplayPage;
import dev.tidemark.flush.replay.ReplayQueue;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.health.Health;
import dev.tidemark.retry.RetryLoop;
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
    private final TableReading tables;
    private final SuspectReview review;
    private final ApprovedDeletes approved;
    private final RowReader reader;
    private final SinkSide to;
    private final WriteSteps steps;
    private final FlushedTransactions flushed;
    private final RetryLoop persistence;
    private final FlushObservers observers;

    OperatorReads(
            Config.Flush config,
            SourceSide from,
            SinkSide to,
            WriteSteps steps,
            FlushedTransactions flushed,
            RetryLoop persistence,
            FlushObservers observers) {
        this.tables = new TableReading(from.snapshots(), to.targets(), from.reader(), config, flushed.prior());
        this.review = new SuspectReview(from.reader(), to, steps, flushed, persistence, observers.traces());
        this.approved = new ApprovedDeletes(to, steps, flushed, review);
        this.reader = from.reader();
        this.to = to;
        this.steps = steps;
        this.flushed = flushed;
        this.persistence = persistence;
        this.observers = observers;
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

    /** Discards what is known of the old history, whose stored offset was deleted. */
    void forgetHistory() {
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
        ReplayPage page = ReplayPage.of(
                rereads.take(), to.targets().all(), steps.joined(), reader, to.deadLetters(), observers.traces());
        steps.writes().write(page, flushed);
        page.report(observers.report());
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
        persistence.persist(
                PROGRESS,
                Health.Part.OFFSETS,
                () -> tables.advance(steps.joined().oldestBatch()));
        persistence.persist(
                PROGRESS,
                Health.Part.OFFSETS,
                () -> tables.sweep(target -> {
                    steps.sweep().run(target);
                    steps.families().forgetIfEmpty(target);
                }));
        return persistence.ask(PROGRESS, Health.Part.OFFSETS, () -> tables.read(flushed.recent(), position));
    }

    /** Records that the page was written in that batch; joined documents may be pending for it. */
    void written(TableReading.Page page, long batch) {
        tables.written(page, batch);
    }
}
