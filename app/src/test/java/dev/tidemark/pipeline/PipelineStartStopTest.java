package dev.tidemark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.SourceException;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.health.Health;
import dev.tidemark.source.FakeEngine;
import dev.tidemark.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Start and stop of a complete pipeline: whatever the moment of the stop, nothing of it is left, and nothing was committed too early. */
@Timeout(120)
class PipelineStartStopTest {

    private static final int ROUNDS = 300;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Duration BOUND = Duration.ofSeconds(15);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private FakePipeline shop;

    @BeforeEach
    void create() throws IOException {
        shop = new FakePipeline(directory.resolve("shop"));
    }

    @Test
    void close_flushesAndCommitsWhatWasReceived_beforeTheEngineIsStopped() throws Exception {
        shop.pipeline.start();
        assertThat(shop.pipeline.operations()).isNotNull();
        FakeEngine engine = shop.engine();
        shop.sink.halfway = () -> assertThat(engine.over.getCount()).isOne();
        shop.deliver(engine, 500);
        await().until(() -> shop.pipeline.status().queue().changes() > 0 || shop.committed > 0);
        shop.pipeline.close();
        assertThat(shop.sink.documents("items")).hasSameSizeAs(positions(shop.committed));
        assertThat(shop.pipeline.status().queue().changes()).isZero();
        shop.pipeline.await();
        shop.hasEnded("");
    }

    private static List<Long> positions(long last) {
        return Stream.iterate(1L, each -> each <= last, each -> each + 1).toList();
    }

    /** A first start, one after a clean stop, and one after a stop with a write that was not answered. */
    @Test
    void writesOfEarlierProcesses_areWaitedFor_unlessTheLastStopWasClean() throws Exception {
        assertThat(startAndStop(true)).as("the state directory is new").isTrue();
        assertThat(startAndStop(false)).as("a clean stop is recorded").isTrue();
        assertThat(startAndStop(true)).as("none is recorded").isFalse();
        assertThat(startAndStop(true)).as("a clean stop is recorded again").isTrue();
    }

    /** Returns whether the sink was set up for a start with nothing pending. */
    private boolean startAndStop(boolean clean) throws Exception {
        FakePipeline each = new FakePipeline(directory.resolve("shop"));
        each.sink.endsClean = clean;
        each.pipeline.start();
        each.deliver(each.engine(), 1);
        await().until(() -> each.committed > 0);
        assertThat(each.config.state().resolve(StateDirectory.STOPPED)).doesNotExist();
        each.pipeline.close();
        return each.sink.nothingPending;
    }

    @Test
    void close_beforeTheStart_leavesNothingToStart() throws Exception {
        shop.pipeline.close();
        shop.pipeline.await();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(shop.pipeline::start);
        assertThat(shop.engines.built).isEmpty();
        assertThat(shop.config.state()).doesNotExist();
        shop.hasEnded("");
    }

    @Test
    void secondStart_isRejected_andChangesNothing() throws Exception {
        shop.pipeline.start();
        shop.engine();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(shop.pipeline::start);
        assertThat(shop.pipeline.isLive()).isTrue();
        shop.pipeline.close();
        shop.pipeline.close();
        shop.hasEnded("");
    }

    @Test
    void startForWhichAnOperatorHasToAct_leavesNothingOpen() throws Exception {
        shop.database.noTables = SourceException.fatal("table public.items is missing", "create it");
        assertThatThrownBy(shop.pipeline::start).hasMessage("source: table public.items is missing; create it");
        shop.hasEnded("before the close");
        assertThat(shop.pipeline.isLive()).isTrue();
        shop.pipeline.close();
    }

    @Test
    void startThatFailsHalfway_leavesNothingOpen() throws Exception {
        shop.database.noReader = new IllegalStateException("no driver");
        assertThatThrownBy(shop.pipeline::start).hasMessage("no driver");
        shop.hasEnded("before the close");
        shop.pipeline.close();
    }

    @Test
    void startWithDamagedFiles_leavesNothingOpen() throws Exception {
        Files.createDirectories(shop.config.state());
        Files.writeString(shop.config.state().resolve("table-identities.json"), "{");
        assertThatExceptionOfType(IOException.class).isThrownBy(shop.pipeline::start);
        shop.hasEnded("before the close");
        shop.pipeline.close();
    }

    @Test
    void interruptedStart_leavesNothingOpen() throws Exception {
        shop.database.waitsIn = "describe";
        shop.database.wait = FakePipeline.Wait.KEEPS_INTERRUPTS;
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        Thread starting = new Thread(() -> start(shop, outcome), "start");
        starting.start();
        assertThat(shop.database.waiting.await(30, TimeUnit.SECONDS)).isTrue();
        starting.interrupt();
        assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        shop.hasEnded("before the close");
        shop.pipeline.close();
    }

    static Stream<Arguments> waits() {
        return FakePipeline.Database.CALLS.stream()
                .flatMap(call -> Stream.of(FakePipeline.Wait.KEEPS_INTERRUPTS, FakePipeline.Wait.LOSES_INTERRUPTS)
                        .map(wait -> Arguments.of(call, wait)));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void close_whileTheStartWaits_endsTheStart_andWaitsForIt(String call, FakePipeline.Wait wait) throws Exception {
        shop.database.waitsIn = call;
        shop.database.wait = wait;
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        Thread starting = new Thread(() -> start(shop, outcome), "start");
        starting.start();
        assertThat(shop.database.waiting.await(30, TimeUnit.SECONDS)).isTrue();
        long began = System.nanoTime();
        shop.pipeline.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        shop.hasEnded(call);
        assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        assertThat(shop.pipeline.operations()).isNull();
        shop.pipeline.await();
    }

    private static void start(FakePipeline shop, CompletableFuture<Void> outcome) {
        try {
            shop.pipeline.start();
            outcome.complete(null);
        } catch (Exception | Error e) {
            outcome.completeExceptionally(e);
        }
    }

    /** Invariant 1: what is not durable is not committed, and is sent again. */
    @Test
    void close_withAFlushThatHangs_endsWithinItsLimit_andCommitsNothing() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        shop.sink.halfway = () -> {
            hangs.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw FakeSink.retryable();
        };
        shop.pipeline.start();
        shop.deliver(shop.engine(), 10);
        assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
        long began = System.nanoTime();
        shop.pipeline.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(6), BOUND);
        assertThat(shop.committed).isZero();
        shop.hasEnded("");
    }

    /** An interrupt of the thread that stops shortens the flush, and nothing else. */
    @Test
    void interruptedClose_releasesEverything() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        shop.sink.halfway = () -> {
            hangs.countDown();
            throw FakeSink.retryable();
        };
        shop.pipeline.start();
        shop.deliver(shop.engine(), 10);
        assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
        Thread closing = new Thread(shop.pipeline::close, "close");
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        closing.interrupt();
        closing.join(5_000);
        assertThat(closing.isAlive()).isFalse();
        shop.hasEnded("");
    }

    @Test
    void failureOfTheSource_endsTheWait_andTheStopReleasesEverything() throws Exception {
        shop.pipeline.start();
        shop.engine().fail(new OutOfMemoryError("heap"));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(shop.pipeline::await)
                .havingCause()
                .withMessage("heap");
        assertThat(shop.pipeline.isLive()).isFalse();
        shop.pipeline.close();
        shop.hasEnded("");
    }

    @Test
    void startsAndStops_ofDifferentThreads_atAnyMoment_leaveNothing() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long began = System.nanoTime();
        long usual = TimeUnit.MILLISECONDS.toNanos(20);
        int cut = 0;
        int started = 0;
        int committed = 0;
        for (int i = 0; i < ROUNDS && System.nanoTime() - began < LIMIT_NANOS; i++) {
            FakePipeline raced = new FakePipeline(directory.resolve("race" + i));
            boolean whileItRuns = i % 8 == 0;
            Race race = new Race(raced, whileItRuns, (long) (random.nextDouble() * 2 * usual), random.nextInt(4) == 0);
            race.run("round " + i + ", seed " + seed);
            if (race.startedNanos > 0) {
                started++;
                usual = (usual + race.startedNanos) / 2;
            } else {
                cut++;
                usual += usual / 4;
            }
            committed += raced.committed > 0 ? 1 : 0;
        }
        assertThat(cut).as("stops that came before the start had ended").isPositive();
        assertThat(started).as("stops that came after it").isPositive();
        assertThat(committed).as("rounds in which something was committed").isPositive();
    }

    /** One start and two stops, each on a thread of its own, while an engine delivers and fails. */
    private static final class Race {
        private final FakePipeline raced;
        private final boolean whileItRuns;
        private final long stopAfterNanos;
        private final boolean engineFails;
        private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final CountDownLatch closed = new CountDownLatch(2);
        /** How long the start took; 0 if it was stopped. */
        private volatile long startedNanos;

        /** @param whileItRuns whether the stops wait until something was committed */
        private Race(FakePipeline raced, boolean whileItRuns, long stopAfterNanos, boolean engineFails) {
            this.whileItRuns = whileItRuns;
            this.raced = raced;
            this.stopAfterNanos = stopAfterNanos;
            this.engineFails = engineFails;
        }

        private void run(String as) throws Exception {
            CyclicBarrier together = new CyclicBarrier(4);
            List<Thread> all = new ArrayList<>();
            all.add(racer("start", together, this::start));
            all.add(racer("stop", together, () -> stop(stopAfterNanos)));
            all.add(racer("second stop", together, () -> stop(stopAfterNanos + stopAfterNanos / 50)));
            all.add(racer("engine", together, this::deliver));
            all.forEach(Thread::start);
            for (Thread each : all) {
                each.join(BOUND.toMillis());
                assertThat(each.isAlive())
                        .as("%s: %s hangs", as, each.getName())
                        .isFalse();
            }
            assertThat(failures).as(as).isEmpty();
            assertThat(raced.pipeline.health().of(Health.Part.OFFSETS)).as(as).isEmpty();
            raced.hasEnded(as);
        }

        private void start() throws Exception {
            long began = System.nanoTime();
            try {
                raced.pipeline.start();
                startedNanos = System.nanoTime() - began;
            } catch (InterruptedException e) {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
        }

        /** Whichever stop returns first: the state directory is free by then. */
        private void stop(long afterNanos) throws IOException {
            if (whileItRuns) {
                await().until(() -> raced.committed > 0);
            }
            LockSupport.parkNanos(afterNanos);
            raced.pipeline.close();
            synchronized (this) { // a lock of the other one is not that of the pipeline
                StateDirectory.lock(raced.config.state()).close();
            }
            closed.countDown();
        }

        private void deliver() throws InterruptedException {
            boolean fails = engineFails;
            while (closed.getCount() > 0) {
                FakeEngine engine = raced.engines.running.poll(1, TimeUnit.MILLISECONDS);
                if (engine != null) {
                    raced.deliver(engine, 50);
                    if (fails) {
                        fails = false;
                        engine.fail(new IOException("the connection is gone"));
                    }
                }
            }
        }

        private Thread racer(String name, CyclicBarrier together, Step step) {
            return new Thread(
                    () -> {
                        try {
                            together.await();
                            step.run();
                        } catch (Exception | Error e) {
                            failures.add(e);
                        }
                    },
                    name);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }
}
