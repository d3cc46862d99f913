package dev.tidemark.source;

import static dev.tidemark.flush.Items.heartbeat;
import static dev.tidemark.flush.Items.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector.LogConnection;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceException;
import dev.tidemark.health.Health;
import dev.tidemark.resync.Doubt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The supervision of engines: which ends are followed by a new engine and when, and that a stop ends all threads. */
@Timeout(60)
class DebeziumSourceTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final IOException gone = new IOException("the connection is gone");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Supervised supervised;

    @BeforeEach
    void wire() throws IOException {
        supervised = new Supervised(directory, "supervised" + NUMBER.incrementAndGet() + "x");
    }

    @AfterEach
    void stop() throws InterruptedException {
        supervised.engines.deaf = false;
        supervised.source.stop(10, TimeUnit.SECONDS);
        noThreadIsLeft();
    }

    private void noThreadIsLeft() {
        await().untilAsserted(() -> assertThat(supervised.threads()).isEmpty());
    }

    private boolean isWell() {
        return supervised.health.of(Health.Part.SOURCE).isEmpty();
    }

    @Test
    void firstEngine_resumesFromTheStoredOffset_andIsConnectedOnceItPolls() throws Exception {
        supervised.engines.polls = false;
        supervised.stored().start();
        FakeEngine engine = supervised.engine();
        assertThat(engine.properties()).containsEntry("resumed", "{lsn=90}");
        assertThat(supervised.calls).containsExactly("starting");
        supervised.database.connection = LogConnection.NOT_DUE;
        engine.poll();
        await().until(this::isWell);
        assertThat(supervised.source.isConnected()).isTrue();
    }

    @Test
    void firstEngine_resumesFromAPositionThatIsFixed_withoutAnOffset_orWithThatOfALoadOfBefore() throws Exception {
        supervised.offsets.begin("any", Map.of("unfinished", true));
        supervised.start();
        FakeEngine engine = supervised.engine();
        assertThat(supervised.calls).containsExactly("repositioning", "starting");
        Map<String, Object> fixed = supervised.offsets.offset().orElseThrow();
        assertThat(fixed).doesNotContainKey("unfinished");
        assertThat(engine.properties()).containsEntry("resumed", fixed.toString());
    }

    /** The changes of a table that is read before it is published, or before the position is stored, would be lost. */
    @Test
    void tablesAreRead_onlyOnceTheyArePublished_andThePositionIsStored() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        assertThat(supervised.database.steps).containsExactly("published", "tables may be read, stored: {lsn=90}");
        supervised.database.steps.clear();
        first.fail(SourceException.loadDue("rows were moved"));
        supervised.engine();
        assertThat(supervised.database.steps).containsExactly("fixed", "tables may be read, stored: {lsn=80}");
    }

    @Test
    void retryableEnd_isFollowedByANewEngine_afterAWaitThatGrows() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        first.fail(gone);
        Health.Condition said = supervised.failure();
        assertThat(said).isEqualTo(new Health.Condition("the connection is gone", "wait"));
        FakeEngine second = supervised.engine();
        assertThat(second.startedNanos - first.startedNanos).isGreaterThanOrEqualTo(millis(500));
        assertThat(supervised.calls).containsExactly("starting", "settled", "starting");
        second.fail(gone);
        FakeEngine third = supervised.engine();
        assertThat(third.startedNanos - second.startedNanos).isGreaterThanOrEqualTo(millis(1_000));
        assertThat(supervised.failure().message()).contains("failed 2 times at the same offset");
        assertThat(supervised.registry.get("tidemark.source.restarts").counter().count())
                .isEqualTo(2);
        assertThat(supervised.source.isConnected()).isFalse();
        third.deliver(heartbeat(Supervised.LOG_END));
        await().until(this::isWell);
        assertThat(supervised.source.isConnected()).isTrue();
    }

    @Test
    void fatalEnd_isReported_andNoEngineFollowsForTheLongWait() throws Exception {
        supervised.stored().start();
        Instant before = Instant.now();
        supervised.engine().fail(new IllegalStateException("the slot is invalid"));
        assertThat(supervised.failure()).isEqualTo(new Health.Condition("the slot is invalid", "act"));
        String next = Objects.requireNonNull(supervised.health.problems().get("source"))
                .nextTry();
        assertThat(Duration.between(before, Instant.parse(Objects.requireNonNull(next))))
                .isGreaterThan(Duration.ofSeconds(8));
        await().until(() -> supervised.calls.contains("settled"));
        assertThat(supervised.engines.built).hasSize(1);
        assertThat(supervised.source.isConnected()).isFalse();
    }

    @Test
    void silentEnd_isAFailure_andIsFollowedByANewEngine() throws Exception {
        supervised.stored().start();
        supervised.engine().endSilently();
        assertThat(supervised.failure().message()).isEqualTo("the engine ended silently");
        supervised.engine();
    }

    @Test
    void engineThatLosesItsConnectionSilently_isEnded_andIsFollowedByANewEngine() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        await().until(() -> supervised.database.looks.get() > 1);
        supervised.database.connection = LogConnection.NONE;
        assertThat(first.closed.await(30, TimeUnit.SECONDS)).isTrue();
        supervised.database.connection = LogConnection.READING;
        assertThat(supervised.failure().message()).isEqualTo("the server has ended the connection");
        supervised.engine();
    }

    @Test
    void engineThatNeitherReadsNorIsDue_isLeftAlone() throws Exception {
        supervised.database.connection = LogConnection.NOT_DUE;
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        await().until(() -> supervised.database.looks.get() > 15);
        assertThat(first.closed.getCount()).isOne();
        assertThat(supervised.engines.built).hasSize(1);
    }

    @Test
    void interruptThatAnEngineLeaves_doesNotEndTheSupervision() throws Exception {
        supervised.stored().start();
        supervised.engine().interruptAndFail(gone);
        supervised.engine();
        assertThat(supervised.calls).containsExactly("starting", "settled", "starting");
    }

    @Test
    void fullMemory_endsTheSupervision_andThePipelineIsInformed() throws Exception {
        supervised.stored().start();
        supervised.engine().fail(new OutOfMemoryError("heap"));
        await().until(() -> supervised.calls.contains("failed: heap"));
        noThreadIsLeft();
        assertThat(supervised.engines.built).hasSize(1);
        assertThat(supervised.source.isConnected()).isFalse();
    }

    @Test
    void end_isTheReason_thatHealthReports() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.source.end(SourceException.retryable("another server answers", "correct it"));
        assertThat(first.closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervised.failure()).isEqualTo(new Health.Condition("another server answers", "correct it"));
        supervised.engine();
    }

    @Test
    void recordThatNeedsALoad_clearsTheOffset_andTheNextEngineResumesFromAnotherPosition() throws Exception {
        supervised.stored().start();
        supervised.engine().deliver(insert(-1, "a", 1L));
        FakeEngine next = supervised.engine();
        Map<String, Object> fixed = supervised.offsets.offset().orElseThrow();
        assertThat(fixed).isNotEqualTo(Map.of("lsn", 90L));
        assertThat(next.properties()).containsEntry("resumed", fixed.toString());
        assertThat(supervised.calls).containsExactly("starting", "settled", "repositioning", "starting");
        assertThat(supervised.queue.level().changes()).isZero();
    }

    /** Invariant 6: the engine may have replaced the slot. */
    @Test
    void firstRecords_areNotTaken_whenTheSourceHasLostWhatWasBeforeThem() throws Exception {
        supervised.database.lost = Check.failed("slot shop", "it was created again", "load the tables");
        supervised.stored().start();
        supervised.engine().deliver(insert(95, "a", 1L));
        assertThat(supervised.failure())
                .isEqualTo(new Health.Condition("slot shop: it was created again", "load the tables"));
        assertThat(supervised.queue.received()).isZero();
    }

    @Test
    void newEngine_isNotBuilt_whenThePreflightRefuses() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.database.findings =
                List.of(Check.ok("version", "17"), Check.failed("slot shop", "it is missing", "load the tables"));
        first.fail(gone);
        await().untilAsserted(() -> assertThat(supervised.failure().message()).isEqualTo("slot shop: it is missing"));
        assertThat(supervised.engines.built).hasSize(1);
    }

    @Test
    void newEngine_isNotBuilt_afterAGap_whichIsRecorded() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.database.gap = Check.failed("publication", "public.items is missing", "restart");
        first.fail(gone);
        await().untilAsserted(() -> assertThat(supervised.failure().message()).isEqualTo("public.items is missing"));
        assertThat(supervised.calls).contains("missed");
        assertThat(supervised.engines.built).hasSize(1);
    }

    @Test
    void lossThatThePreflightFinds_isRecorded_andFollowedByAnotherPosition() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.database.findings = List.of(lostSlot());
        first.fail(gone);
        FakeEngine next = supervised.engine();
        assertThat(next.properties())
                .containsEntry("resumed", Map.of("lsn", 80L).toString());
        assertThat(supervised.calls).containsExactly("starting", "settled", "repositioning", "starting");
        Doubt doubt = supervised.resync.doubt().orElseThrow();
        assertThat(doubt.message()).isEqualTo("slot shop: it is missing");
        assertThat(doubt.fixed()).isTrue();
    }

    @Test
    void lossAtTheStart_isFollowedByAnotherPosition() throws Exception {
        supervised.resync.found(Loss.GAP, "slot shop is missing");
        FakeEngine next = supervised.stored().start().engine();
        assertThat(next.properties())
                .containsEntry("resumed", Map.of("lsn", 80L).toString());
        assertThat(supervised.resync.isDue()).isFalse();
    }

    @Test
    void lossBesidesAnotherFailure_isRecorded_andWaitsForItsCorrection() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.database.findings = List.of(lostSlot(), Check.failed("table items", "no privilege", "grant it"));
        first.fail(gone);
        await().untilAsserted(() -> assertThat(supervised.failure().message()).isEqualTo("table items: no privilege"));
        assertThat(supervised.resync.isDue()).isTrue();
        assertThat(supervised.offsets.offset()).contains(Map.of("lsn", 90L));
        assertThat(supervised.engines.built).hasSize(1);
    }

    /** Invariant 6: a database that is away has lost nothing. */
    @Test
    void unreachableDatabase_isNotALoss() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.database.findings = List.of(Check.unreachable("connection", "refused", "start it"));
        first.fail(gone);
        await().untilAsserted(() -> assertThat(supervised.failure().message()).isEqualTo("connection: refused"));
        assertThat(supervised.resync.doubt()).isEmpty();
        supervised.database.findings = List.of();
        assertThat(supervised.engine().properties())
                .containsEntry("resumed", Map.of("lsn", 90L).toString());
    }

    @Test
    void gapThatIsALoss_isFollowedByAnotherPosition() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.database.gap = Check.lost(Loss.GAP, "publication", "public.items is missing", "");
        first.fail(gone);
        supervised.engine();
        assertThat(supervised.calls).contains("repositioning").doesNotContain("missed");
        assertThat(supervised.resync.doubt().orElseThrow().reason()).isEqualTo("gap");
    }

    /** The mapping was formed from the old key: an engine of this pipeline would form wrong ids. */
    @Test
    void anotherKey_requestsAnotherPipeline_whoseFirstEngineFixesAPosition() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        supervised.database.gap = Check.lost(Loss.KEY_CHANGE, "key of items", "the primary key is another one", "");
        first.fail(gone);
        await().untilAsserted(() -> assertThat(supervised.calls).contains("outdated"));
        assertThat(supervised.calls).doesNotContain("repositioning", "missed");
        assertThat(supervised.engines.built).hasSize(1);
        assertThat(supervised.offsets.offset()).as("kept until then").isPresent();
        assertThat(supervised.resync.doubt().orElseThrow().reason()).isEqualTo("key_change");
    }

    @Test
    void lossThatRecurs_waits_andThenForAnApproval() throws Exception {
        supervised.stored().start();
        for (int i = 0; i < 2; i++) { // a rename is no loop
            supervised.engine().deliver(insert(-1, "a", 1L));
        }
        FakeEngine first = supervised.engine();
        supervised.database.findings = List.of(lostSlot());
        first.fail(gone);
        supervised.engine().fail(gone);
        await().untilAsserted(() ->
                assertThat(supervised.failure().message()).isEqualTo("slot shop: it is missing, again within 24 h"));
        assertThat(supervised.offsets.offset()).as("kept until then").isPresent();
    }

    private static Check lostSlot() {
        return Check.lost(Loss.GAP, "slot shop", "it is missing", "load the tables");
    }

    @Test
    void commit_goesThroughTheEngineThatRuns_andThroughNoneThatIsOver() throws Exception {
        supervised.stored().start();
        FakeEngine first = supervised.engine();
        assertThat(supervised.source.commit(Map.of("lsn", 91)))
                .as("nothing was received")
                .isFalse();
        first.deliver(insert(91, "a", 1L));
        await().until(() -> supervised.queue.level().changes() == 1);
        assertThat(supervised.source.commit(Map.of("lsn", 91))).isTrue();
        assertThat(first.committed).containsExactly(Map.of("lsn", 91));
        first.fail(gone);
        supervised.engine();
        assertThat(supervised.source.commit(Map.of("lsn", 91))).isFalse();
        assertThat(first.committed).hasSize(1);
    }

    @Test
    void stop_closesTheEngineThatRuns_andIsNoFailure() throws Exception {
        supervised.stored().start();
        FakeEngine engine = supervised.engine();
        await().until(this::isWell);
        supervised.source.stop(30, TimeUnit.SECONDS);
        assertThat(engine.closed.getCount()).isZero();
        assertThat(engine.over.getCount()).isZero();
        noThreadIsLeft();
        assertThat(supervised.calls).containsExactly("starting");
        assertThat(isWell()).isTrue();
        assertThat(supervised.source.isConnected()).isFalse();
        supervised.source.stop(30, TimeUnit.SECONDS);
    }

    @Test
    void stop_endsWithinItsLimit_whenTheEngineDoesNot() throws Exception {
        supervised.engines.deaf = true;
        supervised.stored().start();
        FakeEngine engine = supervised.engine();
        stopsWithin(20_000, 300);
        assertThat(engine.over.getCount()).isOne();
        engine.endSilently(); // or its thread would be left
    }

    /** Its close is illegal before it polls. */
    @Test
    void stop_whileTheEngineStarts_endsWithinItsLimit_andClosesItOnceItPolls() throws Exception {
        supervised.engines.polls = false;
        supervised.stored().start();
        FakeEngine engine = supervised.engine();
        stopsWithin(20_000, 300);
        assertThat(engine.closed.getCount()).isOne();
        engine.poll();
        assertThat(engine.closed.await(30, TimeUnit.SECONDS)).isTrue();
        noThreadIsLeft();
    }

    @Test
    void stop_beforeTheEngineRuns_endsWithinItsLimit_andItNeverRuns() throws Exception {
        CountDownLatch preparing = new CountDownLatch(1);
        supervised.database.preparing = preparing;
        supervised.start();
        assertThat(supervised.database.prepares.await(30, TimeUnit.SECONDS)).isTrue();
        stopsWithin(20_000, 30_000);
        preparing.countDown();
        noThreadIsLeft();
        assertThat(supervised.engines.running).isEmpty();
    }

    @Test
    void stop_whileItWaitsForTheNextEngine_endsAtOnce() throws Exception {
        supervised.stored().start();
        supervised.engine().fail(new IllegalStateException("the slot is invalid"));
        await().until(() -> supervised.calls.contains("settled"));
        stopsWithin(20_000, 30_000);
        noThreadIsLeft();
        assertThat(supervised.engines.built).hasSize(1);
    }

    @Test
    void stop_beforeTheStart_leavesNothingToRun() throws Exception {
        supervised.source.stop(30, TimeUnit.SECONDS);
        supervised.stored().start();
        noThreadIsLeft();
        assertThat(supervised.engines.running).isEmpty();
    }

    private void stopsWithin(long most, long limitMillis) throws InterruptedException {
        long began = System.nanoTime();
        supervised.source.stop(limitMillis, TimeUnit.MILLISECONDS);
        assertThat(System.nanoTime() - began).isLessThan(millis(most));
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** A poll costs up to a millisecond of spinning, and a flush waits for at most a fifth of its interval. */
    @Test
    void theEngineIsPolled_asOftenAsTheFlushIntervalNeeds() {
        assertThat(DebeziumSource.pollInterval(Duration.ZERO)).isEqualTo(Duration.ofMillis(20));
        assertThat(DebeziumSource.pollInterval(Duration.ofMillis(250))).isEqualTo(Duration.ofMillis(50));
        assertThat(DebeziumSource.pollInterval(Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(100));
    }
}
