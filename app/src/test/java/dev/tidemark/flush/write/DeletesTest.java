package dev.tidemark.flush.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.flush.FakeSink;
import dev.tidemark.sink.SinkException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeletesTest {

    private final Queue<String> journal = new ConcurrentLinkedQueue<>();
    private final FakeSink sink = new FakeSink(journal);
    private final ExecutorService threads = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void manyIds_areDeletedInTwoHalvesAtTheSameTime() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        AtomicBoolean together = new AtomicBoolean(true);
        sink.halfway = () -> {
            both.countDown();
            together.set(both.await(60, TimeUnit.SECONDS) && together.get());
        };
        new Deletes(sink, "items", threads).send(ids(401));
        assertThat(together).isTrue();
        assertThat(journal)
                .containsExactlyInAnyOrder(
                        "delete items " + ids(401).subList(0, 200), "delete items " + ids(401).subList(200, 401));
    }

    @Test
    void aFewIds_areOneRequest() throws Exception {
        new Deletes(sink, "items", threads).send(ids(10));
        assertThat(journal).containsExactly("delete items " + ids(10));
    }

    /** A retry must not overlap with what is still under way. */
    @Test
    void oneHalfThatFails_isReportedWhenTheOtherHasEnded() {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch failed = new CountDownLatch(1);
        String thread = Thread.currentThread().getName();
        sink.halfway = () -> {
            if (Thread.currentThread().getName().equals(thread)) {
                failed.countDown();
                throw FakeSink.retryable();
            }
            assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
            ended.set(true);
        };
        assertThatThrownBy(() -> new Deletes(sink, "items", threads).send(ids(400)))
                .isInstanceOf(SinkException.class);
        assertThat(ended).isTrue();
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }
}
