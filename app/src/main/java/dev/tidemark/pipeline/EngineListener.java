package dev.tidemark.pipeline;

import dev.tidemark.flush.FlushWorker;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.load.TableSnapshots;
import dev.tidemark.source.DebeziumSource;
import dev.tidemark.startup.SnapshotRecord;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Between engines the flush becomes idle and the queue is emptied: all of it will be sent again. */
final class EngineListener implements DebeziumSource.Listener {

    private final SnapshotRecord record;
    private final TableStates states;
    private final TableSnapshots snapshots;
    private final SourceHistory.Reset reset;
    private final Consumer<Throwable> failed;
    private volatile @Nullable FlushWorker worker;

    EngineListener(
            SnapshotRecord record,
            TableStates states,
            TableSnapshots snapshots,
            SourceHistory.Reset reset,
            Consumer<Throwable> failed) {
        this.record = record;
        this.states = states;
        this.snapshots = snapshots;
        this.reset = reset;
        this.failed = failed;
    }

    /** Sets the worker, which commits to the source and so is created after it. Called before the source starts. */
    void flushes(FlushWorker with) {
        worker = with;
    }

    private FlushWorker worker() {
        return Objects.requireNonNull(worker, "the source started before the flush");
    }

    @Override
    public void starting(boolean withSnapshot) {
        if (withSnapshot) {
            record.started();
        } else {
            record.streamed();
        }
        snapshots.sourceStarted();
    }

    @Override
    public void approved() throws IOException {
        reset.run();
        try {
            worker().whileResting(worker()::forgetHistory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the flush came to rest", e); // it is carried out again
        }
    }

    @Override
    public void missed() throws IOException {
        states.invalidate();
    }

    @Override
    public void failed(Throwable why) {
        failed.accept(why);
    }

    @Override
    public void awaitIdle() throws InterruptedException {
        worker().whileResting(worker()::forget);
    }
}
