package dev.tidemark.flush;

import dev.tidemark.connector.RowReader;
import dev.tidemark.flush.replay.Repair;
import dev.tidemark.flush.replay.RepairQueue;
import dev.tidemark.flush.replay.ReplayPage;
import dev.tidemark.flush.replay.ReplayQueue;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.retry.RetryLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads that operators request: rows of dead letters, and of documents in doubt. The flush thread does them between two batches, so
 * no other write of these documents is on its way (invariant 2).
 */
final class OperatorReads {

    private final ReplayQueue rereads = new ReplayQueue();
    private final RepairQueue repairs = new RepairQueue();
    private final SuspectReview review;
    private final ApprovedDeletes approved;
    private final RowReader reader;
    private final SinkSide to;
    private final WriteSteps steps;
    private final FlushedTransactions flushed;
    private final FlushObservers observers;

    OperatorReads(
            SourceSide from,
            SinkSide to,
            WriteSteps steps,
            FlushedTransactions flushed,
            RetryLoop persistence,
            FlushObservers observers) {
        this.review = new SuspectReview(from.reader(), to, steps, flushed, persistence, observers.traces());
        this.approved = new ApprovedDeletes(to, steps, flushed, review);
        this.reader = from.reader();
        this.to = to;
        this.steps = steps;
        this.flushed = flushed;
        this.observers = observers;
    }

    /** Returns the queue of dead letters to replay. Any thread. */
    ReplayQueue rereads() {
        return rereads;
    }

    /** Returns the queue of documents to repair. Any thread. */
    RepairQueue repairs() {
        return repairs;
    }

    /** Returns whether there is something to do at once. */
    boolean areDue() {
        return !repairs.isEmpty() || !rereads.isEmpty() || approved.isDue() || review.isDue();
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

    /** Repairs documents that are not what their rows are. */
    List<CollectionFlush> repaired() throws InterruptedException {
        if (repairs.isEmpty()) {
            return List.of();
        }
        List<Repair.Rewrite> rows = new ArrayList<>();
        List<Repair.Deletes> deletes = new ArrayList<>();
        for (Repair repair : repairs.take()) {
            if (repair instanceof Repair.Rewrite row) {
                rows.add(row);
            } else if (repair instanceof Repair.Deletes documents) {
                deletes.add(documents);
            }
        }
        List<CollectionFlush> flushes = review.repair(rows);
        for (Repair.Deletes each : deletes) {
            review.delete(each);
        }
        return flushes;
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
}
