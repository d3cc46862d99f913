package dev.tidemark.pipeline;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.FlushWorker;
import dev.tidemark.flush.replay.Repair;
import dev.tidemark.load.LoadPace;
import dev.tidemark.load.Loads;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.sink.WriteWatch;
import dev.tidemark.verify.Surroundings;
import dev.tidemark.verify.VerifyException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A pipeline that runs, around a verification. */
final class RunningSurroundings implements Surroundings {

    private static final long LOOK_MILLIS = 500;
    /** A log that does not advance for this time does not advance: it has a heartbeat every few seconds. */
    private static final long STUCK_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final FlushWorker worker;
    private final RowReader reader;
    private final WriteWatch watch;
    private final Loads loads;
    private final DeadLetters deadLetters;
    private final Pause pause;
    private final ChangeQueue queue;
    private final LoadPace pace;

    RunningSurroundings(
            FlushWorker worker,
            RowReader reader,
            WriteWatch watch,
            Loads loads,
            DeadLetters deadLetters,
            Pause pause,
            ChangeQueue queue,
            LoadPace pace) {
        this.worker = worker;
        this.reader = reader;
        this.watch = watch;
        this.loads = loads;
        this.deadLetters = deadLetters;
        this.pause = pause;
        this.queue = queue;
        this.pace = pace;
    }

    @Override
    public Optional<VerifyException> obstacle(TableId table) {
        return loads.wanted().stream().anyMatch(load -> load.table().equals(table))
                ? Optional.of(new VerifyException(
                        "a load of " + table + " has not ended, so its documents are not complete",
                        "verify again when it has ended; GET /api/loads shows its progress"))
                : Optional.empty();
    }

    @Override
    public boolean mayRead() {
        return pace.mayRead();
    }

    @Override
    public void watch(Map<String, ? extends Collection<String>> ids) throws InterruptedException {
        List<Transaction> unproven = new ArrayList<>();
        worker.whileResting(
                () -> { // so no request is on its way that the watch does not know
                    watch.begin(ids);
                    unproven.addAll(worker.unproven());
                });
        worker.provePrior();
        if (!unproven.isEmpty()) {
            reader.awaitVisible(unproven);
        }
    }

    @Override
    public boolean isTouched(String collection, String id) {
        return watch.isTouched(collection, id);
    }

    @Override
    public void endWatch() {
        watch.end();
    }

    @Override
    public void awaitDurable(long position) throws VerifyException, InterruptedException {
        long reached = worker.durablePosition().get();
        long since = System.nanoTime();
        while (!worker.durablePosition().await(position, LOOK_MILLIS)) {
            if (pause.isPaused()) {
                throw new VerifyException(
                        "the pipeline is paused, so documents are not what rows are now", "resume it first");
            }
            long now = worker.durablePosition().get();
            if (now != reached) {
                reached = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > STUCK_NANOS) {
                throw new VerifyException(
                        "the changes that were in the log when rows were read have not been flushed for "
                                + TimeUnit.NANOSECONDS.toMinutes(STUCK_NANOS) + " min",
                        "/health/ready says what the pipeline waits for; verify again when it streams");
            }
        }
    }

    @Override
    public boolean hasDeadLetter(String collection, String id) {
        return deadLetters.isPending(collection, id);
    }

    @Override
    public void repair(Repair repair) throws InterruptedException {
        worker.repairs().put(repair);
        queue.wake();
    }
}
