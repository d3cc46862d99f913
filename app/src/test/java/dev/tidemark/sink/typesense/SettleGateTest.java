package dev.tidemark.sink.typesense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SettleGateTest {

    private static final Duration APART = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final FakeProbe probe = new FakeProbe();
    private final FakeClock clock = new FakeClock();
    private final SettleGate gate = new SettleGate(probe, APART, Duration.ofSeconds(30), clock);

    @Test
    void await_asksInOrder_thenNeverAgain() throws Exception {
        gate.await();
        gate.await();
        assertThat(probe.asked).containsExactly("healthy", "pending", "listing", "pending", "listing", "settled");
        assertThat(clock.now).isEqualTo(APART.toNanos());
    }

    @Test
    void await_waitsForPendingWrites() throws Exception {
        probe.pending.addAll(List.of(3L, 1L, 0L, 2L, 0L));
        gate.await();
        assertThat(probe.pending).isEmpty();
        assertThat(probe.asked).endsWith("pending", "pending", "listing", "settled");
    }

    @Test
    void await_waitsUntilTwoListingsAreEqual() throws Exception {
        probe.listings.add(Map.of("a", 1L));
        probe.listings.add(Map.of("a", 2L));
        probe.listings.add(Map.of("a", 2L, "b", 0L));
        probe.listings.add(Map.of("a", 2L, "b", 0L));
        gate.await();
        assertThat(clock.now).isEqualTo(APART.multipliedBy(3).toNanos());
        assertThat(gate.provenMissing("c", FRESH)).isTrue();
        assertThat(gate.provenMissing("b", FRESH)).isFalse();
    }

    @Test
    void await_fails_whenItNeverSettles() {
        probe.stuck = true;
        assertThatThrownBy(gate::await).hasMessageContaining("batches");
        assertThat(clock.now)
                .isBetween(
                        Duration.ofSeconds(30).toNanos(), Duration.ofSeconds(31).toNanos());
    }

    @Test
    void await_endsAtItsPatience_whenOthersNeverStopWriting() throws Exception {
        probe.busy = true;
        gate.await();
        assertThat(clock.now).isGreaterThan(Duration.ofSeconds(30).toNanos());
    }

    @Test
    void await_fails_whenOurOwnCollectionsKeepChanging() {
        probe.busy = true;
        probe.knows = true;
        assertThatThrownBy(gate::await).hasMessageContaining("still loading");
    }

    @Test
    void await_fails_whenTroubleComesWhileSettling() throws Exception {
        probe.whileListing = gate::close;
        assertThatThrownBy(gate::await).hasMessageContaining("failed again");
        probe.whileListing = null;
        gate.await();
    }

    @Test
    void await_settlesAgain_afterClose() throws Exception {
        gate.await();
        gate.close();
        probe.failure = new SinkException(Kind.RETRYABLE, "connection", "away", "", null);
        assertThatThrownBy(gate::await).hasMessage("away");
        probe.failure = null;
        gate.await();
        assertThat(probe.asked).filteredOn("settled"::equals).hasSize(2);
    }

    @Test
    void awaitAnew_settlesAgain() throws Exception {
        gate.await();
        gate.awaitAnew();
        gate.await();
        assertThat(probe.asked).filteredOn("settled"::equals).hasSize(2);
    }

    @Test
    void provenMissing_isFalse_forWhatWasSeenSince() throws Exception {
        gate.await();
        gate.exists("c");
        assertThat(gate.provenMissing("c", FRESH)).isFalse();
        assertThat(gate.provenMissing("d", FRESH)).isTrue();
    }

    @Test
    void provenMissing_forgets() throws Exception {
        assertThat(gate.provenMissing("c", FRESH)).isFalse();
        gate.await();
        assertThat(gate.provenMissing("c", FRESH)).isTrue();
        clock.pause(FRESH);
        assertThat(gate.provenMissing("c", FRESH)).isFalse();
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

    private static final class FakeProbe implements SettleGate.Probe {
        final List<String> asked = new ArrayList<>();
        final Deque<Long> pending = new ArrayDeque<>();
        final Deque<Map<String, Long>> listings = new ArrayDeque<>();
        boolean stuck;
        boolean busy;
        boolean knows;
        long writes;

        @Nullable
        Runnable whileListing;

        @Nullable
        SinkException failure;

        @Override
        public void healthy() throws SinkException {
            asked.add("healthy");
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public long pending() {
            asked.add("pending");
            return stuck ? 1 : pending.isEmpty() ? 0 : pending.remove();
        }

        @Override
        public Map<String, Long> listing() {
            asked.add("listing");
            if (whileListing != null) {
                whileListing.run();
            }
            if (busy) {
                return Map.of("others", writes++);
            }
            return listings.isEmpty() ? Map.of() : listings.remove();
        }

        @Override
        public boolean knowsWhatMatters() {
            return knows;
        }

        @Override
        public SinkException unsettled(String what) {
            return new SinkException(Kind.RETRYABLE, "not_ready", what, "", null);
        }

        @Override
        public void settled() {
            asked.add("settled");
        }
    }
}
