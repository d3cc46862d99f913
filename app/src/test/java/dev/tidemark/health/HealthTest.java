package dev.tidemark.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.Health.Condition;
import dev.tidemark.health.Health.Outlook;
import dev.tidemark.health.Health.Part;
import dev.tidemark.metrics.PipelineMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static final Condition AWAY = new Condition("Typesense does not answer", "start it");
    private static final Condition RETRIED = new Condition("import failed: connection refused", "see whether it runs");

    private final Health health = new Health();

    private Health.Problem problem() {
        return Objects.requireNonNull(health.problems().get("sink"));
    }

    @Test
    void oneCause_isOneProblem_andItsConsequenceReturnsIfTheCauseEnds() {
        health.set(Part.SOURCE, null);
        health.markUnhealthy(Part.FLUSH, RETRIED, "", Outlook.retry(Part.SINK, Duration.ofSeconds(5)));
        assertThat(health.conditions()).containsOnlyKeys(Part.FLUSH);
        health.markUnhealthy(Part.SINK, AWAY, "");
        assertThat(health.conditions()).containsOnlyKeys(Part.SINK);
        assertThat(health.problems()).containsOnlyKeys("sink");
        assertThat(problem().nextTry()).as("that of the flush").isNotNull();
        health.markHealthy(Part.SINK);
        assertThat(health.conditions()).containsOnlyKeys(Part.FLUSH);
    }

    @Test
    void failureOfItsOwn_isShownBesideOthers() {
        health.set(Part.SOURCE, null);
        health.markUnhealthy(Part.SINK, AWAY, "");
        health.markUnhealthy(
                Part.FLUSH, new Condition("the key is wrong", "correct it"), "", Outlook.retry(null, Duration.ZERO));
        assertThat(health.conditions()).containsOnlyKeys(Part.SINK, Part.FLUSH);
    }

    @Test
    void metric_namesThePartsThatHealthNames() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new PipelineMetrics(registry, "shop").health(health);
        health.markUnhealthy(Part.FLUSH, RETRIED, "", Outlook.retry(Part.SINK, Duration.ofSeconds(5)));
        health.markUnhealthy(Part.SINK, AWAY, "");
        assertThat(registry.get("tidemark.not.ready")
                        .tag("part", "flush")
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("tidemark.not.ready")
                        .tag("part", "sink")
                        .gauge()
                        .value())
                .isOne();
    }

    @Test
    void problem_hasItsBeginning_andTheNextTry() {
        Instant before = Instant.now().minusSeconds(1);
        health.markUnhealthy(Part.SINK, AWAY, "", Outlook.retry(null, Duration.ofMinutes(1)));
        Health.Problem first = problem();
        assertThat(Instant.parse(first.since())).isBetween(before, Instant.now());
        assertThat(first.nextTry()).isNotNull();
        assertThat(Instant.parse(String.valueOf(first.nextTry())))
                .isBetween(before.plusSeconds(58), Instant.now().plusSeconds(60));
        health.markUnhealthy(Part.SINK, new Condition("another text", ""), "");
        assertThat(problem().since()).isEqualTo(first.since());
        assertThat(problem().nextTry()).isNull();
    }

    @Test
    void start_isTheOnlyTimeWithoutAProblemOfItsOwn() {
        assertThat(health.isOnlyStarting()).isTrue();
        health.markUnhealthy(Part.SINK, AWAY, "");
        assertThat(health.isOnlyStarting()).isFalse();
        health.markHealthy(Part.SINK);
        health.markUnhealthy(Part.SOURCE, new Condition("the database is away", ""), "");
        assertThat(health.isOnlyStarting()).isFalse();
    }
}
