package dev.tidemark.flush.replay;

import static dev.tidemark.flush.Items.document;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.flush.replay.ReplayRequest.Outcome;
import dev.tidemark.health.Health;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.TraceEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters whose rows are read again, between the changes of the queue. */
class ReplayRequestTest {

    private final Path directory;
    private final List<Outcome> outcomes = new ArrayList<>();

    ReplayRequestTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Hands in all that is pending. */
    private void replay(Flushing flushing) throws Exception {
        for (DeadLetter deadLetter : flushing.pending()) {
            flushing.worker.rereads().put(new ReplayRequest(deadLetter.withoutDocument(), outcomes::add));
        }
    }

    private Flushing withDeadLetter(String id, long n) throws Exception {
        Flushing flushing = new Flushing(directory, "items");
        flushing.sink.rejectedIds.add(id);
        flushing.flush(insert(1, id, n));
        flushing.rows.byId.put(id, row(id, n));
        assertThat(flushing.pending()).hasSize(1);
        return flushing;
    }

    @Test
    void presentRow_isWritten_andSettles() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.rejectedIds.clear();
            flushing.rows.byId.put("a", row("a", 2L));
            replay(flushing);
            assertThat(flushing.worker.flushOnce(Duration.ZERO)).isTrue();
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 2));
            assertThat(flushing.pending()).isEmpty();
            assertThat(outcomes).containsExactly(Outcome.RESOLVED);
            assertThat(flushing.committed).as("nothing of the queue was taken").isEqualTo(1);
            assertThat(flushing.count("tidemark.dead.letter.replays", "outcome", "settled"))
                    .isEqualTo(1);
            assertThat(flushing.worker.flushOnce(Duration.ZERO)).isFalse();
        }
    }

    @Test
    void rowThatIsNotFound_leavesDocumentAndLetter_untilTheLogHasComeSoFar() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.documents("items").put("a", document("a", 0));
            flushing.rows.byId.clear();
            flushing.rows.logEnd = 5;
            replay(flushing);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.sink.documents("items")).containsKey("a");
            assertThat(outcomes).containsExactly(Outcome.REJECTED);
            assertThat(flushing.pending().get(0).error()).contains("its row was not found");
            flushing.flush(Items.heartbeat(5));
            assertThat(flushing.sink.documents("items")).isEmpty();
            assertThat(flushing.pending()).isEmpty();
        }
    }

    @Test
    void rowThatIsNotFound_settlesTheLetter_whenThereIsNoDocument() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.rows.byId.clear();
            replay(flushing);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(outcomes).containsExactly(Outcome.RESOLVED);
            assertThat(flushing.pending()).isEmpty();
        }
    }

    @Test
    void refusedAgain_staysWithOneAttemptMore_andIsNotANewOne() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            for (int attempts = 2; attempts < 4; attempts++) {
                replay(flushing);
                flushing.worker.flushOnce(Duration.ZERO);
                DeadLetter deadLetter = flushing.pending().get(0);
                assertThat(deadLetter.attempts()).isEqualTo(attempts);
                assertThat(deadLetter.position()).isEqualTo(1);
                assertThat(deadLetter.committed().toEpochMilli()).isEqualTo(1_000);
                assertThat(deadLetter.document()).isEqualTo(document("a", 1));
            }
            assertThat(outcomes).containsExactly(Outcome.REJECTED, Outcome.REJECTED);
            assertThat(flushing.count("tidemark.dead.letters")).isEqualTo(1);
        }
    }

    @Test
    void tableThatIsGone_leavesTheLetterWithThatReason_andKeepsNothingWaiting() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.documents("items").put("a", document("a", 0));
            flushing.rows.unreadable = SourceException.fatal("table items does not exist", "discard it");
            replay(flushing);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(outcomes).containsExactly(Outcome.REJECTED);
            DeadLetter deadLetter = flushing.pending().get(0);
            assertThat(deadLetter.attempts()).isEqualTo(2);
            assertThat(deadLetter.error()).contains("table items does not exist", "discard it");
            assertThat(deadLetter.document()).as("all that is left of the row").isEqualTo(document("a", 1));
            assertThat(deadLetter.operation()).isEqualTo("upsert");
            assertThat(deadLetter.position()).isEqualTo(1);
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 0));
            assertThat(flushing.health.of(Health.Part.FLUSH)).isEmpty();
            flushing.flush(insert(2, "b", 2));
            assertThat(flushing.committed).isEqualTo(2);
        }
    }

    @Test
    void tableThatIsGoneHalfway_leavesOnlyTheLettersThatWereNotReplayed() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.sink.rejectedIds.addAll(List.of("a", "b", "c"));
            flushing.flush(insert(1, "a", 1), insert(2, "b", 1), insert(3, "c", 1));
            flushing.sink.rejectedIds.removeAll(List.of("b", "c"));
            flushing.rows.byId.put("a", row("a", 2L));
            flushing.rows.byId.put("b", row("b", "x".repeat(17 << 20))); // there is no room for it alongside the others
            flushing.rows.byId.put("c", row("c", 2L));
            replay(flushing);
            flushing.sink.halfway =
                    () -> flushing.rows.unreadable = SourceException.fatal("table items does not exist", "");
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.sink.documents("items")).containsOnlyKeys("c");
            assertThat(outcomes).containsExactlyInAnyOrder(Outcome.RESOLVED, Outcome.REJECTED, Outcome.REJECTED);
            assertThat(flushing.pending())
                    .satisfiesExactlyInAnyOrder(
                            deadLetter -> assertThat(deadLetter.error()).isEqualTo("no, not a"),
                            deadLetter -> assertThat(deadLetter.error()).contains("table items does not exist"));
        }
    }

    /** Invariant 2: the row may be older than what an earlier process wrote; and a commit may be held back for days. */
    @Test
    void whatAnEarlierProcessFlushed_isVisibleFirst_andKeepsNothingWaiting() throws Exception {
        Transaction held = new Transaction() {};
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.rejectedIds.clear();
            flushing.sink.documents("items").put("a", document("a", 2));
            flushing.rows.hiddenBefore.add(held);
            flushing.rows.hidden.put(held, () -> flushing.rows.byId.put("a", row("a", 2L)));
            replay(flushing);
            flushing.flush(insert(2, "b", 2));
            assertThat(flushing.committed).isEqualTo(2);
            assertThat(outcomes).containsExactly(Outcome.REJECTED);
            assertThat(flushing.pending().get(0).error())
                    .isEqualTo("its row cannot be read yet: not visible yet; wait");
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 2));
            assertThat(flushing.health.of(Health.Part.FLUSH)).isEmpty();
            assertThat(flushing.traces.find(Items.TABLE, "a"::equals, 9).entries())
                    .last()
                    .extracting(TraceEntry::operation, TraceEntry::outcome)
                    .containsExactly(Operation.REPLAY, dev.tidemark.trace.Outcome.DEAD_LETTER);

            replay(flushing); // the commit has ended meanwhile
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(outcomes).containsExactly(Outcome.REJECTED, Outcome.RESOLVED);
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 2));
            assertThat(flushing.pending()).isEmpty();
        }
    }

    /** Invariant 2: what the queue has is written before, what is read is at least as new, and what follows comes after. */
    @Test
    void changesOfTheQueue_comeInTheirOrder() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.rejectedIds.clear();
            flushing.rows.byId.put("a", row("a", 3L));
            replay(flushing);
            flushing.flush(insert(2, "b", 2));
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 3));
            assertThat(flushing.journal)
                    .containsSubsequence("upsert items [b]", "commit 2 with letters [a]", "upsert items [a]");
            flushing.flush(Items.update(3, "a", "a", 4L));
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 4));
        }
    }

    @Test
    void letterThatTheSameBatchSettles_isNotReadAgain() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.rejectedIds.clear();
            flushing.rows.byId.put("a", row("a", 1L)); // not to be seen yet
            replay(flushing);
            flushing.flush(insert(2, "a", 2));
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 2));
            assertThat(outcomes).containsExactly(Outcome.RESOLVED);
            assertThat(flushing.journal)
                    .filteredOn(each -> each.startsWith("upsert"))
                    .hasSize(2);
        }
    }

    @Test
    void writeThatFails_isTriedAgain_andSettledOnce() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.rejectedIds.clear();
            flushing.sink.fail("items", FakeSink.retryable(), FakeSink.retryable());
            replay(flushing);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.pending()).isEmpty();
            assertThat(outcomes).containsExactly(Outcome.RESOLVED);
        }
    }

    /** Killed anywhere before it was settled, the letter is still there, and the next replay does the same. */
    @Test
    void processThatDies_keepsTheLetter() throws Exception {
        class Killed extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.rejectedIds.clear();
            flushing.sink.halfway = () -> {
                throw new Killed();
            };
            replay(flushing);
            assertThatThrownBy(() -> flushing.worker.flushOnce(Duration.ZERO)).isInstanceOf(Killed.class);
            assertThat(outcomes).isEmpty();
        }
        try (Flushing flushing = new Flushing(directory, "items")) {
            assertThat(flushing.pending()).hasSize(1);
            flushing.rows.byId.put("a", row("a", 1L));
            replay(flushing);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.pending()).isEmpty();
            assertThat(flushing.sink.documents("items")).containsEntry("a", document("a", 1));
        }
    }

    @Test
    void letterOfAnUnknownCollection_staysAsItIs() throws Exception {
        withDeadLetter("a", 1).close();
        try (Flushing flushing = new Flushing(directory, "others")) {
            replay(flushing);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(outcomes).containsExactly(Outcome.UNKNOWN);
            assertThat(flushing.pending()).hasSize(1);
        }
    }

    @Test
    void newerLetter_isNotTakenOffByAnOldWish() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            List<DeadLetter> old = flushing.pending();
            flushing.flush(insert(5, "a", 5));
            assertThat(flushing.deadLetters.review().discard(old)).isZero();
            assertThat(flushing.deadLetters.rejectedAgain(old)).isZero();
            assertThat(flushing.deadLetters.review().discard(flushing.pending()))
                    .isEqualTo(1);
            assertThat(flushing.pending()).isEmpty();
        }
    }

    @Test
    void heldFlush_takesNothing() throws Exception {
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.queue.put(List.of(insert(2, "b", 2)));
            assertThat(flushing.worker.flushOnce(Duration.ZERO, () -> true)).isFalse();
            assertThat(flushing.committed).isEqualTo(1);
            assertThat(flushing.worker.isIdleWithin(Duration.ZERO)).isTrue();
            assertThat(flushing.worker.flushOnce(Duration.ZERO, () -> false)).isTrue();
            assertThat(flushing.committed).isEqualTo(2);
        }
    }

    @Test
    void transactionsOfAHistoryThatIsOver_areNotWaitedFor() throws Exception {
        Transaction flushed = new Transaction() {};
        Transaction before = new Transaction() {};
        try (Flushing flushing = withDeadLetter("a", 1)) {
            flushing.sink.rejectedIds.clear();
            flushing.rows.hiddenBefore.add(before);
            for (Transaction lost : List.of(flushed, before)) {
                flushing.rows.hidden.put(lost, () -> {
                    throw new AssertionError("there is no such transaction any more");
                });
            }
            flushing.flush(new ChangeEvent(new Change.Heartbeat(), 2, 1_000, Map.of("at", 2L), 100, flushed, 0));
            flushing.worker.whileResting(flushing.worker::forgetHistory);
            replay(flushing);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(outcomes).containsExactly(Outcome.RESOLVED);
        }
    }
}
