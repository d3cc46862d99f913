package dev.tidemark.resync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.metrics.PipelineMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Doubts about tables: each step may be the last one before a crash, and comparisons lead to a limited number of loads. */
class TableDoubtsTest {

    private static final TableId ITEMS = new TableId("public", "items");
    private static final TableId KINDS = new TableId("public", "kinds");

    private final Time time = new Time();
    private final List<Load> stored = new ArrayList<>();
    private Path state;
    private Approvals approvals;
    private Loads loads;
    private TableDoubts doubts;
    private boolean full;

    @BeforeEach
    void first(@TempDir Path directory) throws IOException {
        state = directory;
        open();
    }

    /** What another process finds. */
    private void open() throws IOException {
        approvals = Approvals.open(state);
        loads = new Loads(
                left -> {
                    if (full) {
                        throw new IOException("no space left");
                    }
                    stored.clear();
                    stored.addAll(left);
                },
                List.copyOf(stored),
                table -> -1,
                new PipelineMetrics(new SimpleMeterRegistry(), "shop"));
        doubts = TableDoubts.open(state, approvals, 3, time);
        doubts.start(loads, table -> -1, List.of(ITEMS, KINDS)::contains);
    }

    private Load load() {
        assertThat(loads.wanted()).hasSize(1);
        return loads.wanted().get(0);
    }

    /** Ends the load as the flush thread does. */
    private void end(Load load) throws IOException {
        doubts.done(load);
        loads.ended(load, Loads.Phase.DONE, null);
    }

    private PipelineStatus.Doubt status() {
        assertThat(doubts.status()).hasSize(1);
        return doubts.status().get(0);
    }

    @Test
    void raise_isOnDisk_andRequestsALoad_whichEndsIt() throws Exception {
        doubts.raise(ITEMS, DoubtReason.PARTITION, "p1 was attached");
        assertThat(load().cause()).isEqualTo(Load.Cause.AUTOMATIC);
        assertThat(load().fenced()).isTrue();
        assertThat(load().sweeps()).isTrue();
        open();
        assertThat(doubts.isInDoubt(ITEMS, DoubtReason.PARTITION)).isTrue();
        assertThat(doubts.isInDoubt(KINDS, DoubtReason.PARTITION)).isFalse();
        assertThat(status())
                .isEqualTo(new PipelineStatus.Doubt(
                        "public.items", "partition", time.instant().toString(), "p1 was attached", "loading", 1, 3));
        end(load());
        assertThat(doubts.status()).isEmpty();
        open();
        assertThat(doubts.status()).isEmpty();
        assertThat(loads.pending()).isZero();
    }

    /** The load cannot be stored, or the process dies before: the doubt is there, and requests it again. */
    @Test
    void doubtWithoutALoad_requestsItAfterACrash() throws Exception {
        full = true;
        assertThatThrownBy(() -> doubts.raise(ITEMS, DoubtReason.DDL, "found")).hasMessageContaining("no space left");
        assertThat(loads.pending()).isZero();
        full = false;
        open();
        assertThat(status().state()).isEqualTo("waiting");
        doubts.check();
        assertThat(status().state()).isEqualTo("loading");
        end(load());
        assertThat(doubts.status()).isEmpty();
    }

    /** Rows that it read may be older than what was found since. */
    @Test
    void loadThatBeganBefore_endsNoDoubt() throws Exception {
        loads.request(ITEMS, -1);
        Load before = load();
        doubts.raise(ITEMS, DoubtReason.DDL, "found while it ran");
        doubts.done(before);
        assertThat(loads.ended(before, Loads.Phase.DONE, null)).isFalse();
        assertThat(doubts.isInDoubt(ITEMS, DoubtReason.DDL)).isTrue();
        end(load());
        assertThat(doubts.isInDoubt(ITEMS, DoubtReason.DDL)).isFalse();
    }

    @Test
    void foundAgain_whileItsLoadRuns_isNotEndedByThat() throws Exception {
        doubts.raise(ITEMS, DoubtReason.PARTITION, "first");
        Load first = load();
        doubts.raise(ITEMS, DoubtReason.PARTITION, "second");
        assertThat(status().evidence()).isEqualTo("second");
        end(first);
        assertThat(status().state()).as("a minute between two loads").isEqualTo("waiting");
        doubts.check();
        assertThat(loads.pending()).isZero();
        time.forward(Duration.ofMinutes(1));
        open();
        doubts.check();
        end(load());
        assertThat(doubts.status()).isEmpty();
    }

    @Test
    void fourthLoadInADay_waitsForAnApproval() throws Exception {
        for (int i = 1; i <= 3; i++) {
            doubts.raise(ITEMS, DoubtReason.IDENTITY, "found " + i);
            end(load());
            time.forward(Duration.ofHours(1));
        }
        doubts.raise(ITEMS, DoubtReason.IDENTITY, "found 4");
        doubts.raise(KINDS, DoubtReason.IDENTITY, "another table");
        end(load());
        open();
        doubts.check();
        assertThat(loads.pending()).isZero();
        assertThat(status().state()).isEqualTo("waiting_for_approval");
        Approval approval = approvals.pending().get(0);
        assertThat(approvals.pending()).hasSize(1);
        assertThat(approval.subject()).isEqualTo("public.items");
        assertThat(approval.message()).contains("found 4").contains("reloaded 3 times in the last 24 h");
        approvals.decide(approval.id(), Approval.Verdict.APPROVED);
        doubts.check();
        assertThat(approvals.all()).isEmpty();
        end(load());
        assertThat(doubts.status()).isEmpty();
    }

    @Test
    void abandoned_isNotReloadedForADay() throws Exception {
        for (int i = 1; i <= 4; i++) {
            doubts.raise(ITEMS, DoubtReason.COLLECTION, "found " + i);
            if (i <= 3) {
                end(load());
                time.forward(Duration.ofHours(1));
            }
        }
        approvals.decide(approvals.pending().get(0).id(), Approval.Verdict.ABANDONED);
        time.forward(Duration.ofHours(22));
        doubts.check();
        assertThat(loads.pending()).isZero();
        assertThat(status().state()).isEqualTo("waiting");
        time.forward(Duration.ofHours(2));
        doubts.check();
        end(load());
        assertThat(doubts.status()).isEmpty();
        assertThat(approvals.all()).as("an abandoned one is not left behind").isEmpty();
    }

    /** A load brings no statement of the application about again. */
    @Test
    void statementsOfTheLog_areNotLimited() throws Exception {
        for (int i = 1; i <= 10; i++) {
            doubts.raise(ITEMS, DoubtReason.DDL, "ALTER TABLE " + i);
            end(load());
        }
        assertThat(doubts.status()).isEmpty();
        assertThat(approvals.all()).isEmpty();
    }

    @Test
    void loadThatAnOperatorStops_isRequestedAgainLater_andOtherTablesAreForgotten() throws Exception {
        doubts.raise(ITEMS, DoubtReason.PARTITION, "found");
        assertThat(loads.stop(ITEMS)).isTrue();
        doubts.check();
        assertThat(loads.pending()).isZero();
        assertThat(status().state()).isEqualTo("waiting");
        time.forward(Duration.ofMinutes(1));
        doubts.check();
        assertThat(load().table()).isEqualTo(ITEMS);
        doubts.start(loads, table -> -1, KINDS::equals);
        assertThat(doubts.status()).isEmpty();
    }

    @Test
    void damagedFile_isRejected() throws Exception {
        Files.writeString(state.resolve("doubts.json"), "{");
        assertThatThrownBy(this::open).hasMessageContaining("doubts.json");
    }

    private static final class Time extends Clock {

        private Instant now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);

        void forward(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
