package dev.tidemark.source;

import static dev.tidemark.flush.Items.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.flush.Flushing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A source with its flush worker, started and stopped many times by different threads: whatever the moment, all of it ends. What is
 * durable by then is what was committed, and nothing that was committed is missing (invariant 1).
 */
class StartStopTest {

    private static final int TIMES = 200;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    @Timeout(300)
    void stop_endsEverything_atAnyMoment() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int ran = 0;
        for (int i = 0; i < TIMES; i++) {
            try (Race race = new Race(directory.resolve("race" + i), "race" + i + "x", random)) {
                race.run();
                race.hasEnded("try " + i + ", seed " + seed);
                ran += race.supervised.engines.running.size();
            }
        }
        assertThat(ran).as("stops came before and after engines ran").isGreaterThan(0);
    }

    /** One start and two stops, each on a thread of its own, while an engine delivers and fails and the flush writes. */
    private static final class Race implements AutoCloseable {
        private final Flushing flushing;
        private final Supervised supervised;
        private final Thread flush;
        private final AtomicBoolean stopping = new AtomicBoolean();
        private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Long> committed = new ConcurrentLinkedQueue<>();
        private final long startSpins;
        private final long stopSpins;
        private final long failAfter;

        private Race(Path directory, String name, Random random) throws IOException {
            java.nio.file.Files.createDirectories(directory);
            startSpins = random.nextInt(20_000);
            stopSpins = random.nextInt(200_000);
            failAfter = random.nextInt(40);
            flushing = new Flushing(java.nio.file.Files.createDirectory(directory.resolve("flush")), "items");
            supervised = new Supervised(
                    directory, name, flushing.queue, () -> flushing.worker.whileResting(flushing.worker::forget));
            supervised.stored();
            flushing.beforeCommit = this::commit;
            flush = new Thread(this::flush, name + "-flush");
        }

        private void commit() {
            try {
                long last = Math.max(0, flushing.committed);
                if (supervised.source.commit(Map.of("lsn", last))) {
                    committed.add(last);
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void flush() {
            try {
                while (!stopping.get()) {
                    flushing.worker.flushOnce(Duration.ofMillis(1));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run() throws InterruptedException {
            CyclicBarrier together = new CyclicBarrier(4);
            List<Thread> all = List.of(
                    racer("start", together, () -> {
                        spin(startSpins);
                        flush.start();
                        supervised.source.start();
                    }),
                    racer("stop", together, () -> {
                        spin(stopSpins);
                        supervised.source.stop(5, TimeUnit.SECONDS);
                    }),
                    racer("second stop", together, () -> {
                        spin(stopSpins / 2 * 3);
                        supervised.source.stop(5, TimeUnit.SECONDS);
                    }),
                    racer("engine", together, this::deliver));
            all.forEach(Thread::start);
            for (Thread each : all) {
                each.join(TimeUnit.SECONDS.toMillis(30));
                assertThat(each.isAlive()).as("%s hangs", each.getName()).isFalse();
            }
            stopping.set(true);
            flush.join(TimeUnit.SECONDS.toMillis(30));
        }

        private void deliver() throws InterruptedException {
            FakeEngine engine = supervised.engines.running.peek();
            for (int i = 0; i < 1_000 && engine == null && flush.getState() != Thread.State.TERMINATED; i++) {
                Thread.onSpinWait();
                engine = supervised.engines.running.peek();
            }
            for (long i = 0; engine != null && i <= failAfter; i++) {
                engine.deliver(insert(100 + i, "id" + i, i));
            }
            if (engine != null && failAfter % 2 == 0) {
                engine.fail(new IOException("gone"));
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

        private void hasEnded(String as) {
            assertThat(failures).as(as).isEmpty();
            assertThat(flush.isAlive()).as(as).isFalse();
            await(as).untilAsserted(() -> assertThat(supervised.threads()).isEmpty());
            assertThat(supervised.calls).as(as).noneMatch(call -> call.startsWith("failed"));
            assertThat(supervised.source.isConnected()).as(as).isFalse();
            for (FakeEngine engine : supervised.engines.running) {
                assertThat(engine.over.getCount()).as(as).isZero();
            }
        }

        @Override
        public void close() throws IOException {
            flushing.close();
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static void spin(long times) {
        for (long i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
