package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Connector;
import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class PipelineViewTest {

    @Test
    void sinkThatNobodyAskedYet_isNotDown_unlessTheStartSaysSo() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Health health = new Health();
        PipelineView view = new PipelineView(
                "shop", notAsked(), new ChangeQueue(10, 1_000), health, new PipelineMetrics(registry, "shop"));
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

    private static Connector notAsked() {
        return (Connector) Proxy.newProxyInstance(
                Connector.class.getClassLoader(), new Class<?>[] {Connector.class}, (self, method, with) -> {
                    throw new AssertionError(method + " was asked");
                });
    }
}
