package dev.tidemark.flush;

import static dev.tidemark.flush.Items.delete;
import static dev.tidemark.flush.Items.document;
import static dev.tidemark.flush.Items.heartbeat;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static dev.tidemark.flush.Items.truncate;
import static dev.tidemark.flush.Items.withoutOffset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.health.Health;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FlushWorkerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void flushOnce_isFalse_whenNothingIsDue() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            assertThat(flushing.worker.flushOnce(Duration.ZERO)).isFalse();
            assertThat(flushing.journal).isEmpty();
        }
    }

    @Test
    void flushOnce_writesThenCommits() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            assertThat(flushing.flush(insert(1, "a", 1L), delete(2, "b"))).isTrue();
            assertThat(flushing.journal).containsExactly("delete items [b]", "upsert items [a]", "commit 2");
            assertThat(flushing.queue.level().changes()).isZero();
        }
    }

    @Test
    void flushOnce_keepsOffset_whenSinkFails() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.sink.fail("items", FakeSink.retryable(), FakeSink.retryable());
            flushing.flush(insert(1, "a", 1L));
            assertThat(flushing.journal)
                    .containsExactly(
                            "failed upsert items [a]", "failed upsert items [a]", "upsert items [a]", "commit 1");
            assertThat(flushing.health.of(Health.Part.FLUSH)).isEmpty();
        }
    }

    @Test
    void flushOnce_commitsTheLastEntryThatHasAnOffset() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.flush(insert(1, "a", 1L), insert(2, "b", 1L), withoutOffset(insert(3, "c", 1L)));
            flushing.flush(withoutOffset(insert(4, "d", 1L)));
            assertThat(flushing.journal).containsExactly("upsert items [a, b, c]", "commit 2", "upsert items [d]");
        }
    }

    @Test
    void flushOnce_commitsABatchOfHeartbeats() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.flush(heartbeat(1), heartbeat(2));
            assertThat(flushing.journal).containsExactly("commit 2");
        }
    }

    @Test
    void flushOnce_writesDeadLettersBeforeTheCommit() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.sink.rejectedIds.add("b");
            flushing.flush(insert(1, "a", 1L), insert(2, "b", 2L), insert(3, "c", BigInteger.TWO.pow(63)));
            assertThat(flushing.journal).containsExactly("upsert items [a, b]", "commit 3 with letters [c, b]");
            assertThat(flushing.pending())
                    .extracting(DeadLetter::error)
                    .containsExactly("column 'n': 9223372036854775808 does not fit int64", "no, not b");
        }
    }

    @Test
    void flushOnce_settlesADeadLetter_whenTheDocumentIsWrittenOrDeleted() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.sink.rejectedIds.add("a");
            flushing.sink.rejectedIds.add("b");
            flushing.sink.rejectedIds.add("c");
            flushing.flush(insert(1, "a", 1L), insert(2, "b", 2L), insert(3, "c", 2L));
            flushing.sink.rejectedIds.clear();
            flushing.flush(insert(4, "a", 2L), delete(5, "b"));
            assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactly("c");
            flushing.flush(truncate(6));
            assertThat(flushing.pending()).isEmpty();
        }
    }

    @Test
    void flushOnce_keepsARowWithoutIdForTheOperator_butNotItsDelete() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.flush(insert(1, "", 1L), insert(1, "", 2L), insert(2, null, 3L), delete(3, ""));
            assertThat(flushing.pending()).hasSize(3);
            assertThat(flushing.pending()).extracting(DeadLetter::operation).containsOnly("upsert");
            assertThat(flushing.journal).containsExactly("commit 3 with letters [, , ]");
        }
    }

    @Test
    void flushOnce_retriesOnlyWhatIsLeft() throws Exception {
        try (Flushing flushing = new Flushing(directory, "good", "bad")) {
            flushing.sink.fail("bad", FakeSink.retryable());
            flushing.flush(truncate(1), insert(2, "a", 1L), delete(3, "b"));
            assertThat(flushing.journal)
                    .filteredOn(line -> line.contains("good"))
                    .hasSize(3);
            assertThat(flushing.journal)
                    .filteredOn(line -> line.contains("bad"))
                    .containsExactly("failed truncate bad", "truncate bad", "delete bad [b]", "upsert bad [a]");
            assertThat(flushing.journal).last().isEqualTo("commit 3");
        }
    }

    @Test
    void flushOnce_doesNotTruncateTwice_whenTheWriteAfterItFails() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.sink.failAfter("items", 1, FakeSink.retryable());
            flushing.flush(truncate(1), insert(2, "a", 1L));
            assertThat(flushing.journal)
                    .containsExactly("truncate items", "failed upsert items [a]", "upsert items [a]", "commit 2");
        }
    }

    @Test
    void flushOnce_commitsNothing_whenInterrupted() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items", "others")) {
            CountDownLatch writing = new CountDownLatch(2);
            flushing.sink.stuck = writing;
            AtomicReference<Throwable> outcome = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    flushing.flush(insert(1, "a", 1L));
                } catch (InterruptedException e) {
                    outcome.set(e);
                }
            });
            thread.start();
            assertThat(writing.await(60, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            thread.join();
            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
            assertThat(flushing.journal).isEmpty();
            assertThat(flushing.queue.level().changes()).isZero();
        }
    }

    @Test
    void flushOnce_pauses_whenARejectionStops_andGoesOnByItself() throws Exception {
        try (Flushing flushing = new Flushing(directory, Config.OnReject.STOP, "items")) {
            flushing.sink.rejectedIds.add("a");
            Thread thread = new Thread(() -> {
                try {
                    flushing.flush(insert(1, "a", 1L));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            await().until(() -> flushing.health.of(Health.Part.FLUSH).isPresent());
            assertThat(flushing.health.of(Health.Part.FLUSH).orElseThrow().message())
                    .contains("no, not a");
            assertThat(flushing.journal).noneMatch(line -> line.startsWith("commit"));
            flushing.sink.rejectedIds.clear();
            thread.join();
            assertThat(flushing.journal).last().isEqualTo("commit 1");
            assertThat(flushing.pending()).isEmpty();
        }
    }

    @Test
    void flushOnce_readsRowsAgain_ofWhichAColumnWasNotSent() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 7L));
            flushing.flush(insert(1, "a", Row.UNAVAILABLE), insert(2, "gone", Row.UNAVAILABLE));
            assertThat(flushing.journal)
                    .as(
                            "nothing is deleted for that; whether there is a document is looked at once the log has come so far")
                    .containsExactly("upsert items [a]", "commit 2", "update items [gone]");
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 7L));
        }
    }
}
