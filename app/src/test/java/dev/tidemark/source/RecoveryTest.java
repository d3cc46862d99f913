package dev.tidemark.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    private static final long HALF_A_SECOND = TimeUnit.MILLISECONDS.toNanos(500);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private final Recovery recovery = new Recovery(
            now::get, Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC), connections::incrementAndGet);

    @Test
    void firstEngine_isConnected_asSoonAsItPolls() {
        recovery.start(Long.MAX_VALUE).polling();
        assertThat(recovery.isConnected()).isTrue();
        assertThat(connections).hasValue(1);
    }

    @Test
    void engineThatFailsAgainAndAgain_isNeverConnected() {
        Recovery.Run first = recovery.start(110);
        first.polling();
        first.delivered(100);
        passes(120_000);
        first.streaming();
        recovery.failed("statement", "lsn 90", HALF_A_SECOND);
        for (int times = 2; times < 30; times++) {
            Recovery.Run run = recovery.start(110);
            run.polling();
            run.streaming();
            run.delivered(95);
            passes(4_900);
            run.delivered(109); // before the log's end, so maybe before the statement
            run.streaming();
            assertThat(recovery.isConnected()).as("try %s", times).isFalse();
            assertThat(recovery.failed("statement", "lsn 90", HALF_A_SECOND).times())
                    .isEqualTo(times);
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void slowReplayBeforeTheFailure_doesNotCountAsRecovered() {
        failed(0);
        for (int tries = 0; tries < 4; tries++) {
            Recovery.Run run = recovery.start(110);
            run.polling();
            run.streaming();
            passes(4_900L + tries * 1_200L); // at an engine's own pace, longer than the least
            run.streaming();
            assertThat(recovery.isConnected()).as("try %s", tries).isFalse();
            recovery.failed("statement", "lsn 90", HALF_A_SECOND);
        }
    }

    @Test
    void connected_onceSomethingPastTheFailureIsDelivered() {
        failed(100);
        Recovery.Run run = recovery.start(110);
        run.polling();
        run.delivered(109); // maybe before what failed
        assertThat(recovery.isConnected()).isFalse();
        run.delivered(110);
        assertThat(recovery.isConnected()).isTrue();
    }

    @Test
    void connected_onceItStreamsLongerThanTheRunThatFailed() {
        failed(100);
        Recovery.Run run = recovery.start(110);
        run.polling();
        passes(60_000); // the schema history is read meanwhile
        run.streaming();
        passes(4_900);
        run.streaming();
        assertThat(recovery.isConnected()).isFalse();
        passes(200);
        run.streaming();
        assertThat(recovery.isConnected()).isTrue();
    }

    @Test
    void failures_areCounted_perFailureAndOffset() {
        failed(0);
        assertThat(recovery.failed("statement", "lsn 90", 1).times()).isEqualTo(2);
        Recovery.Failures third = recovery.failed("statement", "lsn 90", 1);
        assertThat(third.isStuck()).isTrue();
        assertThat(third.words("next")).startsWith(" (stuck: failed 3 times at the same offset since 2026-01-01");
        assertThat(recovery.failed("another", "lsn 90", 1).times()).isEqualTo(1);
        assertThat(recovery.failed("another", "lsn 91", 1).times()).isEqualTo(1);
        assertThat(recovery.failed("another", "lsn 91", 1).isStuck()).isFalse();
    }

    @Test
    void endedRun_neverConnects() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            now.set(0);
            failed(100);
            connections.set(0);
            Recovery.Run run = recovery.start(110);
            run.polling();
            run.streaming();
            passes(10_000);
            CountDownLatch both = new CountDownLatch(2);
            Thread watch = new Thread(() -> {
                both.countDown();
                await(both);
                run.streaming();
                run.delivered(200 + connections.get());
            });
            watch.start();
            both.countDown();
            await(both);
            recovery.failed("statement", "lsn 90", HALF_A_SECOND);
            int before = connections.get();
            assertThat(recovery.isConnected()).isFalse();
            watch.join();
            assertThat(recovery.isConnected()).isFalse();
            assertThat(connections).hasValue(before);
        }
    }

    private void failed(long delivered) {
        Recovery.Run run = recovery.start(110);
        run.polling();
        run.delivered(delivered);
        recovery.failed("statement", "lsn 90", HALF_A_SECOND);
    }

    private void passes(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
