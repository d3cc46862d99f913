package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.HeldDelete;
import dev.tidemark.flush.sweep.HeldDelete.Kind;
import dev.tidemark.flush.write.RowLoader;
import dev.tidemark.ids.IdFile;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what operators decided on deletes that were held back. The flush thread does it between two batches: a row that
 * exists by then is left alone, and one that comes later is in the queue and is written afterwards (invariant 2). What fails is
 * tried again later; no change waits for it.
 * Upholds invariant 9.
 */
final class ApprovedDeletes {

    private static final Logger log = LoggerFactory.getLogger(ApprovedDeletes.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final DeleteGuard guard;
    private final Targets targets;
    private final WriteSteps steps;
    private final FlushedTransactions flushed;
    private final SuspectReview review;
    private long notBefore = System.nanoTime();

    ApprovedDeletes(SinkSide to, WriteSteps steps, FlushedTransactions flushed, SuspectReview review) {
        this.guard = to.guard();
        this.targets = to.targets();
        this.steps = steps;
        this.flushed = flushed;
        this.review = review;
    }

    /** Returns whether there is something to do now. */
    boolean isDue() {
        return guard.isDecided() && System.nanoTime() - notBefore >= 0;
    }

    void run() throws InterruptedException {
        if (!isDue()) {
            return;
        }
        for (HeldDelete each : guard.decided()) {
            try {
                carryOut(each);
            } catch (SinkException | IOException | dev.tidemark.connector.SourceException e) {
                notBefore = System.nanoTime() + RETRY_NANOS;
                log.warn("{} could not be carried out: {}; retrying in 15 s", each.approval(), e.getMessage());
            }
        }
    }

    private void carryOut(HeldDelete held) throws SinkException, IOException, InterruptedException {
        Target target = target(held);
        if (target != null) {
            review.rewrite(target);
        }
        if (!guard.isApproved(held)) {
            log.atInfo()
                    .addKeyValue("collection", held.collection())
                    .log("{} is abandoned: the documents of collection {} stay", held.approval(), held.collection());
        } else if (target == null) {
            log.warn(
                    "{} is not carried out: the configuration has no entry '{}' with collection {} any more",
                    held.approval(),
                    held.entry(),
                    held.collection());
        } else {
            flushed.prior().prove();
            long deleted = delete(held, target);
            log.atInfo()
                    .addKeyValue("collection", held.collection())
                    .log(
                            "{} is carried out: {} documents of collection {} were deleted",
                            held.approval(),
                            deleted,
                            target.collection());
            steps.families().forgetIfEmpty(target);
        }
        guard.forget(held);
    }

    private long delete(HeldDelete held, Target target) throws SinkException, IOException, InterruptedException {
        if (held.kind() == Kind.LISTED) {
            return steps.sweep().approved(target, id -> IdFile.read(held.file(), id::accept));
        }
        try {
            return steps.sweep().approved(target);
        } catch (SinkException e) {
            if (held.kind() != Kind.DROPPED
                    || e.kind() != SinkException.Kind.FATAL
                    || !e.reason().equals(RowLoader.ROW_READ)) {
                throw e;
            }
            return steps.sweep().dropped(target); // the table does not exist any more, so none of its rows does
        }
    }

    private @Nullable Target target(HeldDelete held) {
        return targets.all().stream().filter(held::isOf).findFirst().orElse(null);
    }
}
