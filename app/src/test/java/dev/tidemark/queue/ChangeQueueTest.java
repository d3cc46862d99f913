package dev.tidemark.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChangeQueueTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private static ChangeEvent event(long position, int bytes) {
        return new ChangeEvent(new Change.Heartbeat(), position, position * 1000, null, bytes);
    }

    private static List<ChangeEvent> events(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(i -> event(i, 10)).toList();
    }

    private static List<Long> positions(List<ChangeEvent> events) {
        return events.stream().map(ChangeEvent::position).toList();
    }

    /** A put on a thread of its own, that ends with it or with an interrupt. */
    private static Put putting(ChangeQueue queue, List<ChangeEvent> events) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                queue.put(events);
                done.complete(true);
            } catch (InterruptedException e) {
                done.complete(false);
            }
        });
        thread.start();
        return new Put(thread, done);
    }

    private record Put(Thread thread, CompletableFuture<Boolean> done) {
        void awaitBlocked() {
            await().until(() -> thread.getState() == Thread.State.WAITING);
            assertThat(done).isNotDone();
        }
    }

    @Test
    void hurry_makesWhatWaitsDue_andNothingAfterIt() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        queue.put(events(1, 3));
        ChangeQueue.Mark mark = queue.flushNow();
        queue.put(events(4, 4));
        assertThat(queue.awaitReleased(mark, Duration.ZERO)).isFalse();
        assertThat(positions(queue.take(LONG, 3, 1000, Duration.ZERO))).containsExactly(1L, 2L, 3L);
        assertThat(queue.awaitReleased(mark, Duration.ZERO))
                .as("in flight is not released")
                .isFalse();
        queue.release();
        assertThat(queue.awaitReleased(mark, Duration.ZERO)).isTrue();
        assertThat(queue.take(LONG, 3, 1000, Duration.ZERO)).isEmpty();
    }

    @Test
    void awaitReleased_isFalse_whereTheQueueWasCleared() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        queue.put(events(1, 3));
        ChangeQueue.Mark mark = queue.flushNow();
        queue.clear();
        assertThat(queue.awaitReleased(mark, LONG)).isFalse();
        assertThat(queue.awaitReleased(queue.flushNow(), LONG)).isTrue();
    }

    @Test
    void awaitReleased_isFalse_whereTheBatchWasGivenUp() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        queue.put(events(1, 3));
        ChangeQueue.Mark mark = queue.flushNow();
        queue.take(LONG, 3, 1000, Duration.ZERO);
        queue.abandonInFlight();
        assertThat(queue.awaitReleased(mark, LONG)).isFalse();
        assertThat(queue.level().changes()).isZero();
    }

    @Test
    void take_isEmpty_untilTheOldestHasWaitedForTheInterval() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        assertThat(queue.take(Duration.ZERO, 10, 1000, Duration.ZERO)).isEmpty();
        queue.put(events(1, 3));
        assertThat(queue.take(LONG, 10, 1000, Duration.ofMillis(20))).isEmpty();
        assertThat(positions(queue.take(Duration.ofMillis(20), 10, 1000, LONG))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void take_isDue_whenABatchIsFull() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        queue.put(events(1, 5));
        assertThat(positions(queue.take(LONG, 2, 1000, LONG))).containsExactly(1L, 2L);
        queue.release();
        assertThat(positions(queue.take(LONG, 100, 30, LONG))).containsExactly(3L, 4L, 5L);
    }

    @Test
    void take_givesAChangeLargerThanTheBatch_alone() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        queue.put(List.of(event(1, 10), event(2, 500), event(3, 10)));
        assertThat(positions(queue.take(LONG, 100, 50, LONG))).containsExactly(1L);
        queue.release();
        assertThat(positions(queue.take(LONG, 100, 50, LONG))).containsExactly(2L);
        queue.release();
        assertThat(positions(queue.take(Duration.ZERO, 100, 50, LONG))).containsExactly(3L);
    }

    @Test
    void put_waits_whileChangesInQueueAndFlightReachTheBound() throws Exception {
        ChangeQueue queue = new ChangeQueue(3, 1000);
        queue.put(events(1, 3));
        assertThat(queue.take(Duration.ZERO, 2, 1000, LONG)).hasSize(2);
        Put put = putting(queue, events(4, 4));
        put.awaitBlocked(); // two are in flight, one waits
        queue.release();
        assertThat(put.done.get()).isTrue();
        assertThat(queue.level()).isEqualTo(new ChangeQueue.Level(2, 20, 2, 3000));
    }

    @Test
    void put_waits_whileBytesInQueueAndFlightReachTheBound() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 25);
        queue.put(events(1, 2));
        assertThat(queue.take(Duration.ZERO, 1, 1000, LONG)).hasSize(1);
        Put put = putting(queue, events(3, 3));
        put.awaitBlocked();
        assertThat(queue.level()).isEqualTo(new ChangeQueue.Level(2, 20, 1, 1000));
        queue.release();
        assertThat(put.done.get()).isTrue();
    }

    @Test
    void put_letsAnOversizedChangeEnterAlone() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 25);
        queue.put(events(1, 1));
        Put put = putting(queue, List.of(event(2, 999), event(3, 1)));
        put.awaitBlocked();
        assertThat(positions(queue.take(LONG, 100, 1000, LONG))).containsExactly(1L); // a full queue is due
        queue.release();
        assertThat(positions(queue.take(LONG, 100, 1000, LONG))).containsExactly(2L);
        assertThat(queue.level().changes()).isEqualTo(1);
        queue.release();
        assertThat(put.done.get()).isTrue();
        assertThat(positions(queue.take(Duration.ZERO, 100, 1000, LONG))).containsExactly(3L);
    }

    @Test
    void put_endsWithAnInterrupt() throws Exception {
        ChangeQueue queue = new ChangeQueue(1, 1000);
        Put put = putting(queue, events(1, 2));
        put.awaitBlocked();
        put.thread.interrupt();
        assertThat(put.done.get()).isFalse();
        assertThat(queue.level().waiting()).isEqualTo(1);
    }

    @Test
    void stopIntake_keepsNewChangesOut_andMakesTheRestDue() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        queue.put(events(1, 2));
        queue.stopIntake();
        Put put = putting(queue, events(3, 3));
        put.awaitBlocked();
        assertThat(positions(queue.take(LONG, 100, 1000, LONG))).containsExactly(1L, 2L);
        queue.release();
        assertThat(put.done).isNotDone();
        put.thread.interrupt();
        assertThat(put.done.get()).isFalse();
    }

    @Test
    void stopIntake_letsNobodyWaitForMore() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        CompletableFuture<List<ChangeEvent>> taken = new CompletableFuture<>();
        Thread taker = new Thread(() -> {
            try {
                taken.complete(queue.take(LONG, 100, 1000, LONG));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        taker.start();
        await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);
        queue.stopIntake();
        assertThat(taken.get(30, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void clear_forgetsWhatWaits_notWhatIsInFlight() throws Exception {
        ChangeQueue queue = new ChangeQueue(100, 1000);
        queue.put(events(1, 3));
        assertThat(queue.take(Duration.ZERO, 1, 1000, LONG)).hasSize(1);
        queue.clear();
        assertThat(queue.level()).isEqualTo(new ChangeQueue.Level(1, 10, 0, 1000));
        queue.release();
        assertThat(queue.level()).isEqualTo(new ChangeQueue.Level(0, 0, 0, -1));
        queue.put(events(1, 1));
        assertThat(positions(queue.take(Duration.ZERO, 100, 1000, LONG))).containsExactly(1L);
    }

    @RepeatedTest(50)
    void raced_everyChangeComesOutOnceInOrder_withinTheBounds() throws Exception {
        Random random = new Random();
        int count = 2000;
        int maxChanges = 1 + random.nextInt(50);
        int maxBytes = 1 + random.nextInt(200);
        ChangeQueue queue = new ChangeQueue(maxChanges, maxBytes);
        List<ChangeEvent> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(event(i, 1 + random.nextInt(30)));
        }
        Thread producer = new Thread(() -> {
            try {
                for (int from = 0; from < count; ) {
                    int to = Math.min(count, from + 1 + random.nextInt(60));
                    queue.put(all.subList(from, to));
                    from = to;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        producer.start();
        List<Long> seen = new ArrayList<>();
        Random sizes = new Random();
        while (seen.size() < count) {
            List<ChangeEvent> batch = queue.take(
                    Duration.ofNanos(sizes.nextInt(100_000)), 1 + sizes.nextInt(40), 1 + sizes.nextInt(100), LONG);
            seen.addAll(positions(batch));
            ChangeQueue.Level level = queue.level();
            assertThat(level.changes()).isLessThanOrEqualTo(maxChanges);
            assertThat(level.bytes() <= maxBytes || level.changes() == 1).isTrue();
            queue.release();
        }
        producer.join();
        assertThat(seen).isEqualTo(positions(all));
        assertThat(queue.level().changes()).isZero();
    }
}
