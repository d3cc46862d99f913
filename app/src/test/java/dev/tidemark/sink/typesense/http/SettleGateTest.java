package dev.tidemark.sink.typesense.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import dev.tidemark.sink.typesense.http.SettleGate.Fence;
import dev.tidemark.sink.typesense.http.SettleGate.Proof;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SettleGateTest {

    private static final Duration APART = Duration.ofSeconds(2);

    private final FakeClock clock = new FakeClock();
    private final FakeProbe probe = new FakeProbe();
    private final SettleGate gate = new SettleGate(probe, APART, clock);

    @Test
    void await_sendsAFence_whenTheServerHadTimeToRead_andThenNeverAgain() throws Exception {
        gate.await("c");
        gate.await("c");
        assertThat(probe.asked).containsExactly("healthy", "answered c", "fence c", "settled c");
        assertThat(clock.now).isEqualTo(APART.toNanos());
    }

    @Test
    void nothingPending_sendsTheFenceAtOnce_untilAnError() throws Exception {
        gate.nothingPending();
        gate.await("c");
        assertThat(probe.asked).containsExactly("healthy", "answered c", "fence c", "settled c");
        assertThat(clock.now).isZero();
        gate.close();
        gate.await("c");
        assertThat(clock.now).isEqualTo(APART.toNanos());
    }

    @Test
    void nothingPending_doesNotCount_afterAnError() throws Exception {
        gate.close();
        gate.nothingPending();
        gate.await("c");
        assertThat(clock.now).isEqualTo(APART.toNanos());
    }

    @Test
    void isPending_untilTheServerHadTimeToRead() throws Exception {
        assertThat(gate.isPending()).isTrue();
        gate.awaitHealthy();
        assertThat(gate.isPending()).isFalse();
        gate.close();
        assertThat(gate.isPending()).isTrue();
    }

    @Test
    void await_provesEachCollection_butWaitsOnce() throws Exception {
        gate.await("c");
        gate.await("d");
        assertThat(probe.asked)
                .containsExactly("healthy", "answered c", "fence c", "settled c", "answered d", "fence d", "settled d");
        assertThat(clock.now).isEqualTo(APART.toNanos());
    }

    @Test
    void await_fails_whileAFenceIsNotAnswered_andWaitsForTheSameOne() throws Exception {
        probe.silent = true;
        assertThatThrownBy(() -> gate.await("c"))
                .hasMessage("has not finished earlier writes to \"c\": waiting for them since 10 s");
        clock.now += Duration.ofSeconds(2).toNanos();
        assertThatThrownBy(() -> gate.await("c")).hasMessageContaining("since 22 s");
        probe.silent = false;
        gate.await("c");
        assertThat(probe.asked).filteredOn("fence c"::equals).hasSize(1);
        assertThat(probe.asked).endsWith("settled c");
    }

    @Test
    void await_waitsForAWriteThatIsStillOpen_beforeItSendsAFence() throws Exception {
        probe.open = true;
        assertThatThrownBy(() -> gate.await("c")).hasMessageContaining("earlier writes to \"c\"");
        assertThat(probe.asked).doesNotContain("fence c");
        probe.open = false;
        gate.await("c");
        assertThat(probe.asked).endsWith("answered c", "fence c", "settled c");
    }

    @Test
    void await_fails_whenAnErrorComesMeanwhile() throws Exception {
        probe.whileFencing = gate::close;
        assertThatThrownBy(() -> gate.await("c")).hasMessageContaining("failed again");
        assertThat(probe.asked).doesNotContain("settled c");
        probe.whileFencing = null;
        gate.await("c");
        assertThat(clock.now).isEqualTo(APART.multipliedBy(2).toNanos());
    }

    /** What is noted together with closing the gate cannot be erased by a fence that was sent before. */
    @Test
    void close_isOneStepWithWhatIsNoted() throws Exception {
        probe.whileFencing = () -> gate.close(() -> probe.asked.add("noted"));
        assertThatThrownBy(() -> gate.await("c")).hasMessageContaining("failed again");
        assertThat(probe.asked).endsWith("noted");
        probe.whileFencing = null;
        gate.await("c");
        assertThat(probe.asked).endsWith("fence c", "settled c");
    }

    @Test
    void await_sendsAnotherFence_afterOneThatFailed() throws Exception {
        probe.failure = new SinkException(Kind.RETRYABLE, "http_500", "no leader", "", null);
        assertThatThrownBy(() -> gate.await("c")).hasMessage("no leader");
        probe.failure = null;
        gate.await("c");
        assertThat(probe.asked).filteredOn("fence c"::equals).hasSize(2);
    }

    @Test
    void await_provesAgain_afterClose() throws Exception {
        gate.await("c");
        gate.close();
        assertThat(gate.isProven("c")).isFalse();
        gate.await("c");
        assertThat(probe.asked).filteredOn("healthy"::equals).hasSize(2);
        assertThat(probe.asked).filteredOn("settled c"::equals).hasSize(2);
    }

    @Test
    void awaitAgain_provesAgain_withoutAPause() throws Exception {
        gate.await("c");
        long before = clock.now;
        assertThat(gate.awaitAgain("c").exists()).isTrue();
        assertThat(probe.asked).filteredOn("fence c"::equals).hasSize(2);
        assertThat(clock.now).isEqualTo(before);
    }

    /** A sweep that failed and is tried again much later: the server may have been restarted meanwhile. */
    @Test
    void awaitAgain_doesNotBelieveAnOldAnswer() throws Exception {
        probe.silent = true;
        assertThatThrownBy(() -> gate.awaitAgain("c")).isInstanceOf(SinkException.class);
        probe.silent = false;
        probe.answeredAt = clock.now;
        clock.now += Duration.ofMinutes(1).toNanos();
        gate.awaitAgain("c");
        assertThat(probe.asked).filteredOn("fence c"::equals).hasSize(2);
    }

    @Test
    void created_isRemembered() throws Exception {
        probe.exists = false;
        assertThat(gate.await("c").exists()).isFalse();
        gate.created("c");
        assertThat(gate.await("c").exists()).isTrue();
    }

    private static final class FakeClock implements SettleGate.Clock {
        long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pause(Duration duration) {
            now += duration.toNanos();
        }
    }

    private final class FakeProbe implements SettleGate.Probe {
        final List<String> asked = new ArrayList<>();
        boolean silent;
        boolean open;
        boolean exists = true;
        long answeredAt = -1;

        @Nullable
        Runnable whileFencing;

        @Nullable
        SinkException failure;

        @Override
        public void healthy() {
            asked.add("healthy");
        }

        @Override
        public boolean answered(String collection, Duration limit) {
            asked.add("answered " + collection);
            return !open;
        }

        @Override
        public Fence fence(String collection) {
            asked.add("fence " + collection);
            boolean first = !asked.subList(0, asked.size() - 1).contains("fence " + collection);
            return limit -> answer(first, limit);
        }

        private @Nullable Proof answer(boolean first, Duration limit) throws SinkException {
            if (whileFencing != null) {
                whileFencing.run();
            }
            if (failure != null) {
                throw failure;
            }
            if (silent) {
                clock.now += limit.toNanos();
                return null;
            }
            return new Proof(exists, first && answeredAt >= 0 ? answeredAt : clock.now);
        }

        @Override
        public SinkException unsettled(String what) {
            return new SinkException(Kind.RETRYABLE, "not_ready", what, "", null);
        }

        @Override
        public void settled(String collection) {
            asked.add("settled " + collection);
        }
    }
}
