package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.sink.Sink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthWatchTest {

    @Test
    void whatTheSinkSays_isTold_withItsOwnHint_untilItIsWell() {
        AtomicReference<Optional<Check>> said = new AtomicReference<>(
                Optional.of(Check.unreachable("typesense", "its certificate is for another host", "have one issued")));
        Health health = new Health();
        Connector connector =
                thatAnswers(Connector.class, "status", new AtomicReference<>(new SourceStatus(List.of(), Map.of())));
        Sink sink = thatAnswers(Sink.class, "unhealthy", said);
        PipelineMetrics metrics = new PipelineMetrics(new SimpleMeterRegistry(), "shop");
        try (HealthWatch watch = new HealthWatch("shop", connector, sink, () -> false, () -> {}, health, metrics)) {
            watch.start();
            await().untilAsserted(() -> assertThat(health.conditions())
                    .containsEntry(
                            Health.Part.SINK,
                            new Health.Condition("its certificate is for another host", "have one issued")));
            assertThat(watch.isSinkUp()).isFalse();
            said.set(Optional.empty());
            await().untilAsserted(() -> assertThat(health.conditions()).doesNotContainKey(Health.Part.SINK));
            assertThat(watch.isSinkUp()).isTrue();
        }
    }

    /** Of the many methods of these two the watch asks one each. */
    private static <T> T thatAnswers(Class<T> type, String method, AtomicReference<?> answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, with) -> {
            assertThat(called.getName()).isEqualTo(method);
            return answer.get();
        }));
    }
}
