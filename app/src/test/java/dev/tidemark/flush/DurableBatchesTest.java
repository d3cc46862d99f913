package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class DurableBatchesTest {

    private final DurableBatches batches = new DurableBatches();

    /** Joined documents that are marked again and again would else keep whoever waits waiting indefinitely. */
    @Test
    void whoWaits_waitsForWhatIsWrittenThen_andNotForWhatIsOwedToLaterBatches() throws Exception {
        assertThat(batches.await(Duration.ZERO)).as("nothing was written").isTrue();
        batches.written(1, Long.MAX_VALUE);
        assertThat(batches.await(Duration.ZERO)).isTrue();
        batches.written(3, 2);
        assertThat(batches.await(Duration.ZERO)).isFalse();

        FutureTask<Boolean> waiting = new FutureTask<>(() -> batches.await(Duration.ofMinutes(5)));
        Thread thread = new Thread(waiting);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        batches.written(4, 3);
        assertThat(waiting).isNotDone();
        batches.written(5, 4);
        assertThat(waiting.get()).as("4 and 5 are owed something, 3 is not").isTrue();
        assertThat(batches.await(Duration.ofMillis(1))).isFalse();
    }
}
