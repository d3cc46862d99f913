package dev.tidemark.pipeline;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.load.Loads;
import dev.tidemark.resync.Resync;
import dev.tidemark.source.DebeziumSource;
import dev.tidemark.startup.LoadRecord;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Between engines the flush becomes idle and the queue is emptied: all of it will be sent again. */
final class EngineListener implements DebeziumSource.Listener {

    private final Targets targets;
    private final LoadRecord record;
    private final TableStates states;
    private final Loads loads;
    private final Resync resync;
    private final SourceHistory.Reset reset;
    private final Runnable outdated;
    private final Consumer<Throwable> failed;
    private volatile @Nullable FlushWorker worker;
    private int engines;
    private boolean repositioned;

    EngineListener(
            Targets targets,
            LoadRecord record,
            TableStates states,
            Loads loads,
            Resync resync,
            SourceHistory.Reset reset,
            Runnable outdated,
            Consumer<Throwable> failed) {
        this.outdated = outdated;
        this.targets = targets;
        this.record = record;
        this.states = states;
        this.loads = loads;
        this.resync = resync;
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
    public void repositioning() throws IOException {
        loads.sourceStopped();
        Set<TableId> tables = new LinkedHashSet<>();
        targets.tables().forEach(table -> tables.add(table.schema().table()));
        // After an engine, rows that it brought may have been deleted since.
        boolean after = engines > 0 || resync.isDue();
        resync.begin(tables);
        states.loading();
        loads.begin(tables, table -> after || record.mayHold(table));
        repositioned = true;
    }

    @Override
    public void repositioningWithoutLoad() throws IOException {
        loads.sourceStopped();
        loads.startOver();
        repositioned = true;
    }

    @Override
    public void starting() {
        engines++;
        if (repositioned) {
            worker().forgetPrior(); // other transactions are before the position that is stored now
            repositioned = false;
        }
        loads.sourceStarted();
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
    public void outdated() {
        outdated.run();
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
