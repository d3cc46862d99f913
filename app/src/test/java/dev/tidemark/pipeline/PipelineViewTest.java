package dev.tidemark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Connector;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineViewTest {

    @Test
    void sinkThatNobodyAskedYet_isNotDown_unlessTheStartSaysSo() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Health health = new Health();
        PipelineView view = new PipelineView(
                "shop", SERVICE, notAsked(), new ChangeQueue(10, 1_000), health, new PipelineMetrics(registry, "shop"));
        assertThat(registry.get("tidemark.sink.up").gauge().value()).isNaN();
        health.set(Health.Part.SINK, new Health.Condition("cannot be reached", ""));
        assertThat(registry.get("tidemark.sink.up").gauge().value()).isZero();
        assertThat(registry.get("tidemark.not.ready")
                        .tag("part", "sink")
                        .gauge()
                        .value())
                .isOne();
        assertThat(view).isNotNull(); // the gauges read it
    }

    @Test
    void state_isStarting_untilThereAreParts_andFailed_onceAThreadEnded() {
        PipelineView view = new PipelineView(
                "shop",
                SERVICE,
                notAsked(),
                new ChangeQueue(10, 1_000),
                new Health(),
                new PipelineMetrics(new SimpleMeterRegistry(), "shop"));
        assertThat(view.status(false).state()).isEqualTo("starting");
        assertThat(view.status(true).state()).isEqualTo("failed");
        PipelineStatus status = view.status(false);
        assertThat(status.problems()).containsOnlyKeys("source");
        assertThat(status.service().source()).isEqualTo("postgres db:5432/shop");
        assertThat(status.service().uptimeSeconds()).isPositive();
        assertThat(status.log()).isNull();
    }

    private static final PipelineStatus.Service SERVICE =
            new PipelineStatus.Service("1", "2026-11-21T18:03:10Z", 0, "postgres db:5432/shop", List.of());

    private static Connector notAsked() {
        return (Connector) Proxy.newProxyInstance(
                Connector.class.getClassLoader(), new Class<?>[] {Connector.class}, (self, method, with) -> {
                    throw new AssertionError(method + " was asked");
                });
    }
}
