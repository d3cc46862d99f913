package dev.tidemark.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.History;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The latch, over a database that is written by hand: a real one shows what it finds only once. */
class SourceHistoryTest {

    private static final History.Finding FORK =
            new History.Finding.Contradiction(History.Reason.HISTORY, "shop was put back in time");
    private static final History.Finding OTHER =
            new History.Finding.Contradiction(History.Reason.IDENTITY, "shop is another server");
    private static final History.Finding SAME = new History.Finding.Same(Map.of("end", "7"));

    private final Path state;

    SourceHistoryTest(@TempDir Path state) {
        this.state = state;
    }

    private History.Finding finding = SAME;
    private Optional<Map<String, Object>> resumed = Optional.of(Map.of("lsn", 5L));

    private SourceHistory open() throws IOException {
        return new SourceHistory(
                (recorded, stored, last) -> finding, HistoryFile.open(state), Approvals.open(state), () -> resumed);
    }

    private void rejects(SourceHistory history, String message) {
        assertThatThrownBy(history::verify)
                .isInstanceOf(SourceException.class)
                .hasMessageContaining(message)
                .matches(e -> !((SourceException) e).isRetryable());
        assertThat(history.isHeld()).isTrue();
    }

    @Test
    void fork_staysHeld_whenNumbersCatchUp_andOverRestarts_untilApproved() throws Exception {
        SourceHistory history = open();
        history.verify();
        finding = FORK;
        rejects(history, "put back in time");
        finding = SAME;
        rejects(history, "put back in time");
        SourceHistory again = open();
        assertThat(again.isHeld()).isTrue();
        again.carryOut(() -> {
            throw new AssertionError("nothing is decided");
        });
        rejects(again, "history-1");
        Check check = SourceHistory.inspect(
                (recorded, stored, last) -> SAME, HistoryFile.open(state), Approvals.open(state), Map.of());
        assertThat(check.outcome()).isEqualTo(Check.Outcome.FAILED);

        Approvals.open(state).decide("history-1", Verdict.APPROVED);
        SourceHistory last = open();
        AtomicBoolean reset = new AtomicBoolean();
        last.carryOut(() -> reset.set(true));
        assertThat(reset).isTrue();
        last.verify();
        assertThat(last.isHeld()).isFalse();
        assertThat(Approvals.open(state).all()).isEmpty();
    }

    @Test
    void approval_isCarriedOutAgain_afterACrashInBetween() throws Exception {
        SourceHistory history = open();
        finding = FORK;
        rejects(history, "put back in time");
        Approvals.open(state).decide("history-1", Verdict.APPROVED);
        assertThatThrownBy(() -> open().carryOut(() -> {
                    throw new IOException("the disk is full");
                }))
                .hasMessage("the disk is full");
        AtomicBoolean reset = new AtomicBoolean();
        open().carryOut(() -> reset.set(true));
        assertThat(reset).isTrue();
    }

    @Test
    void anotherServer_isOver_whenTheConfigurationIsCorrected() throws Exception {
        SourceHistory history = open();
        history.verify();
        finding = OTHER;
        resumed = Optional.empty(); // also with snapshot: always
        rejects(history, "another server");
        rejects(open(), "identity-1");
        finding = SAME;
        SourceHistory corrected = open();
        corrected.verify();
        assertThat(corrected.isHeld()).isFalse();
        assertThat(Approvals.open(state).all()).isEmpty();
    }

    @Test
    void fork_isNoContradiction_whereAllTablesAreLoaded() throws Exception {
        SourceHistory history = new SourceHistory(
                (recorded, stored, last) -> recorded.isEmpty() ? SAME : FORK,
                HistoryFile.open(state),
                Approvals.open(state),
                Optional::empty);
        history.verify();
        history.verify();
        assertThat(history.isHeld()).isFalse();
    }

    @Test
    void abandoned_isComparedAgain() throws Exception {
        SourceHistory history = open();
        finding = FORK;
        rejects(history, "put back in time");
        Approvals.open(state).decide("history-1", Verdict.ABANDONED);
        SourceHistory again = open();
        again.carryOut(() -> {
            throw new AssertionError("nothing is loaded");
        });
        rejects(again, "history-2");
    }

    /** A log that ends before the last position that was handed over is another history. */
    private SourceHistory endingAt(long end, Approvals approvals) throws IOException {
        return new SourceHistory(
                (recorded, stored, last) -> last.position() > end || stored != null ? FORK : SAME,
                HistoryFile.open(state),
                approvals,
                () -> resumed);
    }

    @Test
    void approval_inTheSameProcess_forgetsWhatTheOldHistoryHandedOver() throws Exception {
        Approvals approvals = Approvals.open(state);
        SourceHistory history = endingAt(50, approvals);
        history.handedOver(new ChangeEvent(new Change.Heartbeat(), 100, 0, null, 0));
        rejects(history, "put back in time");
        approvals.decide("history-1", Verdict.APPROVED);
        history.carryOut(() -> resumed = Optional.empty());
        history.verify();
        assertThat(history.isHeld()).isFalse();
    }

    @Test
    void load_beginsAgain_whereTheServerIsPutBackMeanwhile() throws Exception {
        resumed = Optional.empty();
        SourceHistory history = endingAt(50, Approvals.open(state));
        history.handedOver(new ChangeEvent(new Change.Heartbeat(), 100, 0, null, 0));
        history.verify();
        assertThat(history.isHeld()).isFalse();
    }

    @Test
    void olderHistory_isNoContradictionBeforeALoad_butAnotherServerIs() throws Exception {
        SourceHistory history = open();
        finding = FORK;
        history.verifyBeforeLoad();
        assertThat(history.isHeld()).isFalse();
        finding = OTHER;
        assertThatThrownBy(history::verifyBeforeLoad).hasMessageContaining("another server");
        assertThat(history.isHeld()).isTrue();
    }
}
