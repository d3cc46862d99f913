package dev.tidemark.pipeline;

import dev.tidemark.admin.DeadLetterJob;
import dev.tidemark.admin.LoadableTables;
import dev.tidemark.admin.Operations;
import dev.tidemark.admin.RowTraces;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReview;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.load.Loads;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.verify.Report;
import dev.tidemark.verify.UnknownException;
import dev.tidemark.verify.Verifier;
import dev.tidemark.verify.VerifyRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operations that operators may request of a pipeline that has started. */
final class Controls implements Operations, AutoCloseable {

    private final Pause pause;
    private final ChangeQueue queue;
    private final FlushWorker worker;
    private final DeadLetterJob.Tools tools;
    private final Sink sink;
    private final RowTraces traces;
    private final LongFunction<String> positions;
    private final Loads snapshots;
    private final LoadableTables loadableTables;
    private final Approvals approvals;
    private final Supplier<List<PipelineStatus.Doubt>> doubts;
    private final Verifier verifier;
    private @Nullable DeadLetterJob job;

    Controls(
            Pause pause,
            ChangeQueue queue,
            FlushWorker worker,
            DeadLetterJob.Tools tools,
            Sink sink,
            RowTraces traces,
            LongFunction<String> positions,
            Loads snapshots,
            LoadableTables loadableTables,
            Approvals approvals,
            Supplier<List<PipelineStatus.Doubt>> doubts,
            Verifier verifier) {
        this.doubts = doubts;
        this.verifier = verifier;
        this.approvals = approvals;
        this.traces = traces;
        this.positions = positions;
        this.tools = tools;
        this.sink = sink;
        this.snapshots = snapshots;
        this.loadableTables = loadableTables;
        this.pause = pause;
        this.queue = queue;
        this.worker = worker;
    }

    @Override
    public boolean pause(Duration timeout) throws IOException, InterruptedException {
        pause.pause();
        return worker.isIdleWithin(timeout);
    }

    @Override
    public void resume() throws IOException {
        pause.resume();
    }

    @Override
    public boolean isPaused() {
        return pause.isPaused();
    }

    @Override
    public boolean flush(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        ChangeQueue.Mark mark = queue.flushNow();
        return queue.awaitReleased(mark, timeout)
                && worker.isDurableWithin(Duration.ofNanos(deadline - System.nanoTime()))
                && queue.awaitReleased(
                        mark, Duration.ZERO); // else an engine ended, and the pending changes are sent again
    }

    @Override
    public synchronized boolean start(DeadLetterJob.Action action, DeadLetterFilter filter) {
        if (job != null && job.progress().running()) {
            return false;
        }
        job = DeadLetterJob.start(tools, action, filter);
        return true;
    }

    @Override
    public synchronized Optional<DeadLetterJob.Progress> job() {
        return Optional.ofNullable(job).map(DeadLetterJob::progress);
    }

    @Override
    public long deadLetters(DeadLetterFilter filter, int limit, Consumer<DeadLetter> reader) throws IOException {
        return tools.deadLetters().review().read(filter, limit, reader);
    }

    @Override
    public DeadLetterReview deadLetterReview() {
        return tools.deadLetters().review();
    }

    @Override
    public Set<String> collections() {
        return traces.collections();
    }

    @Override
    public Optional<String> document(String collection, String id) throws SinkException, InterruptedException {
        return sink.document(collection, id);
    }

    @Override
    public Set<TableId> tables() {
        return traces.tables();
    }

    @Override
    public RowTraces.Trace trace(TableId table, String key, int limit) {
        return traces.of(table, key, limit);
    }

    @Override
    public String describe(long position) {
        return positions.apply(position);
    }

    @Override
    public Loads snapshots() {
        return snapshots;
    }

    @Override
    public LoadableTables loadableTables() {
        return loadableTables;
    }

    @Override
    public List<PipelineStatus.Doubt> doubts() {
        return doubts.get();
    }

    @Override
    public Approvals approvals() {
        return approvals;
    }

    @Override
    public boolean verify(VerifyRequest request) throws UnknownException {
        return verifier.start(request);
    }

    @Override
    public Optional<Report> verification() {
        return verifier.report();
    }

    @Override
    public void approved() {
        queue.flushNow();
    }

    /** Ends a job; what it has not done stays pending, and so do tables that are not read yet. */
    @Override
    public synchronized void close() throws InterruptedException {
        snapshots.close();
        if (job != null) {
            job.stop();
        }
        verifier.close();
    }
}
