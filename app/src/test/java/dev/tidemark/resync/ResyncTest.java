package dev.tidemark.resync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of a resync, each of which may be the last one before a crash, and the limit of those that need no approval. */
class ResyncTest {

    private static final TableId ITEMS = new TableId("public", "items");
    private static final TableId KINDS = new TableId("public", "kinds");
    private static final List<TableId> BOTH = List.of(ITEMS, KINDS);

    private final Time time = new Time();
    private Path state;
    private Approvals approvals;
    private Resync resync;

    @BeforeEach
    void first(@TempDir Path directory) throws IOException {
        state = directory;
        approvals = Approvals.open(state);
        resync = Resync.open(state, approvals, 3, true, time);
    }

    private static Load load(TableId table) {
        return Load.request(table, Instant.EPOCH, Load.Cause.INITIAL, true);
    }

    /** What another process finds. */
    private void open() throws IOException {
        approvals = Approvals.open(state);
        resync = Resync.open(state, approvals, 3, true, time);
    }

    @Test
    void eachStep_survivesACrash() throws Exception {
        assertThat(resync.isDue()).isFalse();
        resync.found(Loss.GAP, "slot shop does not exist");
        open();
        assertThat(resync.isDue()).isTrue();
        assertThat(resync.doubt().orElseThrow().message()).isEqualTo("slot shop does not exist");
        assertThat(resync.doubt().orElseThrow().concerns("public.items")).isTrue();
        resync.begin(BOTH);
        open();
        assertThat(resync.isDue()).as("no position is stored yet").isTrue();
        resync.fixed();
        open();
        assertThat(resync.isDue()).isFalse();
        assertThat(resync.doubt().orElseThrow().tables()).containsExactly("public.items", "public.kinds");
        resync.done(load(ITEMS));
        open();
        assertThat(resync.doubt().orElseThrow().concerns("public.items")).isFalse();
        assertThat(resync.doubt().orElseThrow().concerns("public.kinds")).isTrue();
        resync.done(load(KINDS));
        open();
        assertThat(resync.doubt()).isEmpty();
    }

    @Test
    void interruptedResync_continuesAtOnce_andCountsOnce() throws Exception {
        resync.found(Loss.GAP, "lost");
        for (int i = 0; i < 5; i++) {
            assertThat(resync.turn()).isInstanceOf(Turn.Now.class);
            resync.begin(BOTH);
            open();
        }
        resync.fixed();
        resync.found(Loss.GAP, "lost again");
        assertThat(resync.turn())
                .as("the second one")
                .isEqualTo(new Turn.Later(time.instant().plus(Duration.ofMinutes(1))));
    }

    @Test
    void lossWhileTablesAreLoaded_isFollowedByAnotherResync() throws Exception {
        resync(Loss.GAP, "first");
        resync.found(Loss.HISTORY, "second");
        assertThat(resync.isDue()).isTrue();
        assertThat(resync.turn()).as("of another reason").isInstanceOf(Turn.Now.class);
        resync.done(load(ITEMS));
        open();
        assertThat(resync.doubt().orElseThrow().concerns("public.items"))
                .as("its load relied on a position that is lost")
                .isTrue();
    }

    @Test
    void sameReason_waitsLongerEachTime_andThenForAnApproval() throws Exception {
        assertThat(waits()).isZero();
        assertThat(waits()).isEqualTo(Duration.ofMinutes(1));
        assertThat(waits()).isEqualTo(Duration.ofMinutes(10));
        resync.found(Loss.GAP, "lost");
        Turn.Waiting waiting = (Turn.Waiting) resync.turn();
        assertThat(waiting.approval().id()).isEqualTo("gap-1");
        assertThat(waiting.approval().message()).contains("lost", "3 times");
        time.now = time.now.plus(Duration.ofDays(3));
        open();
        assertThat(resync.turn()).as("until it is decided, once").isEqualTo(waiting);
        approvals.decide("gap-1", Approval.Verdict.APPROVED);
        assertThat(resync.turn()).isInstanceOf(Turn.Now.class);
        resync.begin(BOTH);
        assertThat(approvals.all()).isEmpty();
    }

    @Test
    void abandoned_waitsForADay() throws Exception {
        for (int i = 0; i < 3; i++) {
            waits();
        }
        Instant last = time.now;
        resync.found(Loss.GAP, "lost");
        resync.turn();
        approvals.decide("gap-1", Approval.Verdict.ABANDONED);
        assertThat(resync.turn()).isEqualTo(new Turn.Later(last.plus(Duration.ofHours(24))));
        time.now = last.plus(Duration.ofHours(24));
        assertThat(resync.turn()).isInstanceOf(Turn.Now.class);
    }

    @Test
    void withoutAutomaticResyncs_eachNeedsAnApproval() throws Exception {
        resync = Resync.open(state, approvals, 0, true, time);
        resync.found(Loss.GAP, "lost");
        assertThat(resync.turn()).isInstanceOf(Turn.Waiting.class);
        approvals.decide("gap-1", Approval.Verdict.ABANDONED);
        assertThat(resync.turn()).isEqualTo(new Turn.Later(time.now.plus(Duration.ofHours(24))));
        time.now = time.now.plus(Duration.ofHours(24));
        assertThat(((Turn.Waiting) resync.turn()).approval().id()).isEqualTo("gap-2");
    }

    @Test
    void yesterdaysResyncs_doNotCount() throws Exception {
        for (int i = 0; i < 6; i++) {
            assertThat(waits()).isZero();
            time.now = time.now.plus(Duration.ofHours(24));
        }
    }

    /** A rename is not repeated by a load. */
    @Test
    void statements_areNotLimited() throws Exception {
        for (int i = 0; i < 6; i++) {
            resync.found(Loss.DDL, "table a was renamed to b");
            assertThat(resync.turn()).isInstanceOf(Turn.Now.class);
            resync.begin(BOTH);
            resync.fixed();
        }
    }

    @Test
    void tableWithoutAPendingLoad_isNotInDoubtAfterAStart() throws Exception {
        resync(Loss.GAP, "lost");
        resync.keep(KINDS::equals);
        assertThat(resync.doubt().orElseThrow().tables()).containsExactly("public.kinds");
        resync.keep(table -> false);
        assertThat(resync.doubt()).isEmpty();
        resync.found(Loss.GAP, "again");
        resync.keep(table -> false);
        assertThat(resync.isDue()).as("its loads are not requested yet").isTrue();
    }

    @Test
    void neverMode_recordsNothing_andKeepsWhatIsRecorded() throws Exception {
        resync.found(Loss.GAP, "lost");
        Resync never = Resync.open(state, approvals, 3, false, time);
        assertThat(never.isDue()).isFalse();
        assertThat(never.isAutomatic(Loss.GAP)).isFalse();
        never.found(Loss.HISTORY, "unreadable");
        never.fixed();
        open();
        assertThat(resync.doubt().orElseThrow().reason()).isEqualTo("gap");
        assertThat(resync.isDue()).isTrue();
    }

    @Test
    void damagedRecord_isReported() throws Exception {
        resync.found(Loss.GAP, "lost");
        Files.writeString(state.resolve("resync.json"), "{}");
        assertThatThrownBy(this::open).hasMessageContaining("resync.json");
    }

    @Test
    void doubt_isOfOneReason_andEndsWithTheLoadOfTheTable() throws Exception {
        assertThat(resync.isInDoubt(ITEMS, DoubtReason.GAP)).isFalse();
        resync(Loss.GAP, "lost");
        assertThat(resync.isInDoubt(ITEMS, DoubtReason.GAP)).isTrue();
        assertThat(resync.isInDoubt(ITEMS, DoubtReason.HISTORY)).isFalse();
        resync.done(load(ITEMS));
        assertThat(resync.isInDoubt(ITEMS, DoubtReason.GAP)).isFalse();
        assertThat(resync.isInDoubt(KINDS, DoubtReason.GAP)).isTrue();
    }

    /** Goes through a resync; returns how long it had to wait. */
    private Duration waits() throws IOException {
        resync.found(Loss.GAP, "lost");
        Turn turn = resync.turn();
        Instant at = turn instanceof Turn.Later later ? later.at() : time.now;
        Duration waited = Duration.between(time.now, at);
        time.now = at;
        assertThat(resync.turn()).isInstanceOf(Turn.Now.class);
        resync(Loss.GAP, "lost");
        return waited;
    }

    private void resync(Loss loss, String message) throws IOException {
        resync.found(loss, message);
        resync.begin(BOTH);
        resync.fixed();
    }

    /** The time of day. */
    private static final class Time extends Clock {
        private Instant now = Instant.parse("2026-12-01T00:00:00Z");

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
            return this;
        }
    }
}
