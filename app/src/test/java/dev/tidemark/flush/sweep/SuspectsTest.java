package dev.tidemark.flush.sweep;

import static dev.tidemark.flush.Items.delete;
import static dev.tidemark.flush.Items.heartbeat;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static dev.tidemark.flush.Items.truncate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.health.Health;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row that is not found when it is read again deletes nothing: what becomes of its document (invariant 9). */
class SuspectsTest {

    private static final String COLLECTION = "items";

    private final Path directory;
    private final FakeSink sink = new FakeSink();
    private final Target target = Items.target(COLLECTION);

    SuspectsTest(@TempDir Path directory) {
        this.directory = directory;
        for (int i = 0; i < 100; i++) {
            sink.documents(COLLECTION).put("d" + i, "{\"id\":\"d" + i + "\"}");
        }
    }

    private Flushing flushing() throws IOException {
        Flushing flushing = new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                sink,
                new Targets(List.of(target), List.of()),
                new Joins(List.of(), 1000),
                List.of(),
                new Config.Guard(20, 10, Config.OnTruncate.PASS));
        flushing.rows.logEnd = 50;
        return flushing;
    }

    /** Updates without a value that did not change, of rows that nobody can see. */
    private static void unfound(Flushing flushing, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            flushing.queue.put(List.of(insert(10, "d" + i, Row.UNAVAILABLE)));
        }
        flushing.worker.flushOnce(Duration.ZERO);
    }

    private int left() {
        return sink.documents(COLLECTION).size();
    }

    @Test
    void unfoundRow_deletesNothing_untilTheLogHasComeSoFar() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 3);
            flushing.flush(heartbeat(49));
            assertThat(left()).isEqualTo(100);
            flushing.flush(heartbeat(50));
            assertThat(left()).as("3 of 100 are within the limit").isEqualTo(97);
            assertThat(flushing.approvals.all()).isEmpty();
        }
    }

    /** Invariant 2: a row that cannot be seen yet is not gone; and a commit may be held back for days. */
    @Test
    void rowsThatMayNotBeVisibleYet_arePutOff_andKeepNothingWaiting() throws Exception {
        Transaction held = new Transaction() {};
        try (Flushing flushing = flushing()) {
            unfound(flushing, 3);
            flushing.rows.hiddenBefore.add(held);
            flushing.rows.hidden.put(held, () -> {});
            flushing.flush(heartbeat(60));
            assertThat(flushing.committed).isEqualTo(60);
            assertThat(left()).isEqualTo(100);
            assertThat(flushing.health.of(Health.Part.FLUSH)).isEmpty();
            assertThat(flushing.worker.flushOnce(Duration.ZERO))
                    .as("not at once")
                    .isFalse();
        }
    }

    @Test
    void unfoundRow_isSettledByItsOwnDelete() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 60);
            for (int i = 0; i < 60; i++) {
                flushing.queue.put(List.of(delete(45, "d" + i)));
            }
            flushing.flush(heartbeat(60));
            assertThat(left()).isEqualTo(40);
            assertThat(flushing.approvals.all()).isEmpty();
        }
    }

    @Test
    void unfoundRow_isSettledByATruncate() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 60);
            flushing.flush(truncate(40));
            flushing.flush(heartbeat(60));
            assertThat(left()).isZero();
            assertThat(flushing.approvals.all()).isEmpty();
        }
    }

    @Test
    void unfoundRow_isWritten_whenItIsFoundInTheEnd() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 3);
            flushing.rows.byId.put("d1", row("d1", 7L));
            flushing.flush(heartbeat(60));
            assertThat(left()).isEqualTo(98);
            assertThat(sink.documents(COLLECTION)).containsEntry("d1", Items.document("d1", 7L));
        }
    }

    /** Else the row would be read and refused again with every turn. */
    @Test
    void unfoundRow_thatIsFoundAndRefused_isADeadLetterFromThenOn() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 3);
            flushing.rows.byId.put("d1", row("d1", 7L));
            sink.rejectedIds.add("d1");
            flushing.flush(heartbeat(60));
            assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactly("d1");
            assertThat(left()).as("the refused one stays as it was").isEqualTo(98);
            assertThat(flushing.worker.flushOnce(Duration.ZERO))
                    .as("nothing is due")
                    .isFalse();
        }
    }

    @Test
    void unfoundRow_whoseNextWriteIsRefused_isADeadLetterFromThenOn() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 3);
            sink.rejectedIds.add("d1");
            flushing.flush(insert(45, "d1", 7L));
            flushing.flush(heartbeat(60));
            assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactly("d1");
            assertThat(left()).as("its row is known, so it is not deleted").isEqualTo(98);
        }
    }

    @Test
    void unfoundRow_ofATableThatWasDropped_keepsNothingWaiting() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 3);
            flushing.rows.unreadable = SourceException.fatal("table items does not exist", "");
            flushing.flush(heartbeat(60));
            flushing.flush(delete(70, "d9"));
            assertThat(left()).isEqualTo(99);
            assertThat(flushing.committed).isEqualTo(70);
        }
    }

    @Test
    void unfoundRow_thatNeverHadADocument_isNoSuspect() throws Exception {
        sink.documents(COLLECTION).clear();
        sink.documents(COLLECTION).put("x", "{}");
        try (Flushing flushing = flushing()) {
            unfound(flushing, 60);
            flushing.flush(heartbeat(60));
            assertThat(left()).isEqualTo(1);
            assertThat(flushing.approvals.all()).isEmpty();
        }
    }

    @Test
    void tooMany_areHeld_andNotForgottenByARestart() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 30);
            flushing.flush(heartbeat(60));
            assertThat(left()).isEqualTo(100);
            assertThat(flushing.approvals.pending()).hasSize(1);
            assertThat(flushing.approvals.pending().get(0).count()).isEqualTo(30);
        }
        try (Flushing again = flushing()) {
            again.rows.byId.put("d3", row("d3", 7L));
            again.approvals.decide(again.approvals.pending().get(0).id(), Verdict.APPROVED);
            again.worker.flushOnce(Duration.ZERO);
            assertThat(left()).isEqualTo(71);
            assertThat(sink.documents(COLLECTION)).containsEntry("d3", Items.document("d3", 7L));
            again.flush(heartbeat(70));
            assertThat(again.approvals.all()).isEmpty();
        }
    }

    @Test
    void abandoned_staysUntilItIsReadAgain_andIsNotAskedForOverAndOver() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 30);
            flushing.flush(heartbeat(60));
            flushing.approvals.decide(flushing.approvals.pending().get(0).id(), Verdict.ABANDONED);
            flushing.worker.flushOnce(Duration.ZERO);
            flushing.flush(heartbeat(70));
            assertThat(left()).isEqualTo(100);
            assertThat(flushing.approvals.all()).isEmpty();
        }
    }

    @Test
    void deletesOfADay_countTogether() throws Exception {
        try (Flushing flushing = flushing()) {
            unfound(flushing, 15);
            flushing.flush(heartbeat(60));
            assertThat(left()).isEqualTo(85);
        }
        try (Flushing again = flushing()) {
            for (int i = 20; i < 30; i++) {
                again.queue.put(List.of(insert(65, "d" + i, Row.UNAVAILABLE)));
            }
            again.rows.logEnd = 66;
            again.worker.flushOnce(Duration.ZERO);
            again.flush(heartbeat(70));
            assertThat(left()).as("15 and 10 are more than 20").isEqualTo(85);
            assertThat(again.approvals.pending()).hasSize(1);
        }
    }

    /** They were recorded as not found again, and neither deleted nor held: the next process has to look. */
    @Test
    void killedBetweenTheConfirmationAndTheDecision_theyAreLookedAtAgain() throws Exception {
        try (Flushing killed = flushing()) {
            unfound(killed, 3);
            int[] requests = {0};
            sink.halfway = () -> {
                if (++requests[0] > 3) { // it was asked for each of the three whether it is there
                    throw new IllegalStateException("killed");
                }
            };
            assertThatThrownBy(() -> killed.flush(heartbeat(60))).hasStackTraceContaining("killed");
            assertThat(killed.committed).isEqualTo(60);
            assertThat(left()).isEqualTo(100);
        }
        sink.halfway = () -> {};
        try (Flushing again = flushing()) {
            again.flush(heartbeat(70));
            assertThat(left()).isEqualTo(97);
        }
    }

    @Test
    void killedAtTheCommit_theyAreRememberedAlready() throws Exception {
        try (Flushing killed = flushing()) {
            killed.beforeCommit = () -> {
                throw new IllegalStateException("killed");
            };
            assertThatThrownBy(() -> unfound(killed, 3)).hasMessage("killed");
        }
        try (Flushing again = flushing()) {
            again.flush(heartbeat(60)); // the offset had been stored all the same
            assertThat(left()).isEqualTo(97);
        }
    }
}
