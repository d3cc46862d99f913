package dev.tidemark;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.metrics.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.sink.Sink;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at both ends from outside, since a hanging request or an engine that waits tells nothing: Typesense every two
 * seconds, the source's slot every three.
 */
final class HealthWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

    private final Connector connector;
    private final Sink sink;
    private final BooleanSupplier sourceConnected;
    private final Gap gap;
    private final Health health;
    private final PipelineMetrics metrics;
    private final ScheduledExecutorService threads;
    private final Map<String, Double> gauges = new ConcurrentHashMap<>();
    private volatile boolean sinkSeen;
    private volatile boolean sinkUp;
    private volatile Health.@Nullable Condition missed;

    /** Told once that the source does not send changes of a table: what only a snapshot mends. */
    @FunctionalInterface
    interface Gap {
        void found() throws IOException;
    }

    HealthWatch(
            String pipeline,
            Connector connector,
            Sink sink,
            BooleanSupplier sourceConnected,
            Gap gap,
            Health health,
            PipelineMetrics metrics) {
        this.sourceConnected = sourceConnected;
        this.gap = gap;
        this.connector = connector;
        this.sink = sink;
        this.health = health;
        this.metrics = metrics;
        this.threads = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, pipeline + "-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        threads.scheduleWithFixedDelay(guarded(this::watchSink), 0, 2, TimeUnit.SECONDS);
        threads.scheduleWithFixedDelay(guarded(this::watchSource), 0, 3, TimeUnit.SECONDS);
    }

    /** Whether Typesense was asked at all yet. */
    boolean isSinkSeen() {
        return sinkSeen;
    }

    boolean isSinkUp() {
        return sinkUp;
    }

    private void watchSink() {
        try {
            Check wrong = sink.unhealthy().orElse(null);
            sinkUp = wrong == null;
            sinkSeen = true;
            set(Health.Part.SINK, wrong == null ? null : new Health.Condition(wrong.message(), wrong.hint()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchSource() {
        // While no engine is connected the slot may rightly not be there yet; what keeps an engine from starting is
        // told
        // by the source itself.
        boolean before = sourceConnected.getAsBoolean();
        SourceStatus status = connector.status();
        status.gauges().forEach(this::gauge);
        lookForGap(before);
        Check problem = status.problems().isEmpty() || !before || !sourceConnected.getAsBoolean()
                ? null
                : status.problems().get(0);
        if (problem != null) {
            health.ail(Health.Part.SLOT, new Health.Condition(problem.words(), problem.hint()), "");
        } else if (missed == null && !sourceConnected.getAsBoolean()) {
            health.unknown(Health.Part.SLOT); // the log must not call a slot well that nobody can see
        } else {
            set(Health.Part.SLOT, missed);
        }
    }

    /** A gap stays one: only a new snapshot, at the next start, closes it. */
    private void lookForGap(boolean before) {
        if (missed != null || !before) {
            return;
        }
        try {
            Check found = connector.gap().orElse(null);
            if (found != null && sourceConnected.getAsBoolean()) {
                gap.found();
                missed = new Health.Condition(found.message(), found.hint());
            }
        } catch (SourceException e) {
            log.debug("not to be seen now: {}", e.getMessage());
        } catch (IOException e) {
            log.warn("that changes are missed cannot be recorded: {}", e.getMessage());
        }
    }

    private void set(Health.Part part, Health.@Nullable Condition condition) {
        if (condition == null) {
            health.well(part);
        } else {
            health.ail(part, condition, "");
        }
    }

    private void gauge(String name, double value) {
        if (gauges.put(name, value) == null) {
            metrics.gauge(name.replace('_', '.'), "Seen at the source", gauges, all -> all.getOrDefault(name, 0.0));
        }
    }

    private static Runnable guarded(Runnable look) {
        return () -> {
            try {
                look.run();
            } catch (RuntimeException e) {
                log.error("a look at the pipeline's ends failed", e); // a scheduled task that throws never runs again
            }
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
