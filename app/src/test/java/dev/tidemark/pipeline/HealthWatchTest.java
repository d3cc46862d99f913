package dev.tidemark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.sink.Sink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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
        try (HealthWatch watch =
                new HealthWatch("shop", connector, sink, () -> false, HealthWatch.Gap.NONE, health, metrics)) {
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

    @Test
    void slotThatCannotBeSeen_isNotCalledWell_andIsNamedOnce() {
        SourceStatus lost = new SourceStatus(
                List.of(Check.failed("slot shop", "slot shop does not exist", "snapshot again")), Map.of());
        AtomicBoolean connected = new AtomicBoolean(true);
        Health health = new Health();
        Connector connector = answering(
                Connector.class,
                Map.of(
                        "status",
                        lost,
                        "detectGap",
                        Optional.empty(),
                        "hiddenRows",
                        Optional.empty(),
                        "waitsFor",
                        Optional.empty()));
        Sink sink = thatAnswers(Sink.class, "unhealthy", new AtomicReference<>(Optional.empty()));
        PipelineMetrics metrics = new PipelineMetrics(new SimpleMeterRegistry(), "shop");
        Logger logger = (Logger) LoggerFactory.getLogger(Health.class);
        Lines lines = new Lines();
        lines.start();
        logger.addAppender(lines);
        try (HealthWatch watch =
                new HealthWatch("shop", connector, sink, connected::get, HealthWatch.Gap.NONE, health, metrics)) {
            watch.start();
            await().untilAsserted(() -> assertThat(health.conditions())
                    .containsEntry(
                            Health.Part.SLOT, new Health.Condition("slot shop does not exist", "snapshot again")));
            connected.set(false);
            await().untilAsserted(() -> assertThat(health.conditions()).doesNotContainKey(Health.Part.SLOT));
            assertThat(lines.said).noneMatch(line -> line.contains("slot is healthy"));
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void log_isWhatTheDatabaseHoldsBack_withWhatItAllows() {
        SourceStatus holds = new SourceStatus(
                List.of(), Map.of("tidemark_slot_retained_bytes", 5_000.0, "tidemark_slot_safe_bytes", 700.0));
        Connector connector = answering(
                Connector.class,
                Map.of(
                        "status",
                        holds,
                        "detectGap",
                        Optional.empty(),
                        "hiddenRows",
                        Optional.empty(),
                        "waitsFor",
                        Optional.empty(),
                        "estimatedRows",
                        Map.of(new TableId("public", "products"), 7L)));
        Sink sink = thatAnswers(Sink.class, "unhealthy", new AtomicReference<>(Optional.empty()));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        PipelineMetrics metrics = new PipelineMetrics(registry, "shop");
        try (HealthWatch watch =
                new HealthWatch("shop", connector, sink, () -> true, HealthWatch.Gap.NONE, new Health(), metrics)) {
            assertThat(watch.log()).isEmpty();
            watch.start();
            await().untilAsserted(() -> assertThat(watch.log()).hasValueSatisfying(log -> {
                assertThat(log.retainedBytes()).isEqualTo(5_000);
                assertThat(log.leftBytes()).isEqualTo(700);
            }));
            await().untilAsserted(() -> assertThat(watch.estimatedRows()).containsValue(7L));
            assertThat(registry.get("tidemark.slot.safe.bytes").gauge().value()).isEqualTo(700);
        }
    }

    /** What the log is told, on whatever thread. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final List<String> said = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage());
        }
    }

    private static <T> T answering(Class<T> type, Map<String, ?> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, with) -> {
            assertThat(answers).containsKey(called.getName());
            return answers.get(called.getName());
        }));
    }

    /** Of the many methods of these two the watch asks one each. */
    private static <T> T thatAnswers(Class<T> type, String method, AtomicReference<?> answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, with) -> {
            assertThat(called.getName()).isEqualTo(method);
            return answer.get();
        }));
    }
}
