package dev.tidemark.pipeline;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.LogGrowth;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.metrics.SourceGauges;
import dev.tidemark.sink.Sink;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks both ends from outside, since a hanging request or an engine that waits shows nothing: Typesense every two
 * seconds, the source's slot every three, the estimates of rows every minute.
 * Upholds invariant 6.
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
    private final LogGrowth growth = new LogGrowth();
    private volatile Map<TableId, Long> estimatedRows = Map.of();
    private volatile boolean sinkSeen;
    private volatile boolean sinkUp;
    private volatile boolean waits;
    private volatile Health.@Nullable Condition missed;
    private volatile List<Health.Condition> notices = List.of();

    /** Follows up on changes that the source does not send. */
    interface Gap {

        /** A gap that nothing follows up on. */
        Gap NONE = found -> null;

        /**
         * Called at every check while an engine is connected.
         *
         * @param found what the source does not send now; null if it sends everything
         * @return what is to be shown; null if nothing is wrong
         */
        Health.@Nullable Condition checked(@Nullable Check found) throws IOException;
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
        this.threads = Executors.newScheduledThreadPool(3, task -> {
            Thread thread = new Thread(task, pipeline + "-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        threads.scheduleWithFixedDelay(guarded(this::watchSink), 0, 2, TimeUnit.SECONDS);
        threads.scheduleWithFixedDelay(guarded(this::watchSource), 0, 3, TimeUnit.SECONDS);
        threads.scheduleWithFixedDelay(guarded(this::estimate), 5, 60, TimeUnit.SECONDS);
    }

    /** Returns the database's newest estimates of the rows of captured tables; empty before the first. */
    Map<TableId, Long> estimatedRows() {
        return estimatedRows;
    }

    /** Returns what of its log the database holds back; empty if the database does not hold it back for us. */
    Optional<PipelineStatus.LogRetention> log() {
        if (!gauges.containsKey(SourceGauges.RETAINED)) {
            return Optional.empty();
        }
        double left = gauges.getOrDefault(SourceGauges.SAFE, Double.NaN);
        return Optional.of(growth.retention(Double.isNaN(left) ? -1 : Math.max(0, (long) left)));
    }

    private void estimate() {
        try {
            estimatedRows = connector.estimatedRows();
        } catch (SourceException e) {
            log.debug("rows cannot be estimated now: {}", e.getMessage());
        }
    }

    /** Returns whether Typesense was checked at all yet. */
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
        // While no engine is connected the slot possibly does not exist yet; the source itself reports what keeps an
        // engine from
        // starting.
        boolean before = sourceConnected.getAsBoolean();
        lookForWaits();
        SourceStatus status = connector.status();
        status.gauges().forEach(this::gauge);
        Double retained = status.gauges().get(SourceGauges.RETAINED);
        if (retained != null) {
            growth.sample(System.nanoTime(), retained.longValue());
        }
        lookForGap(before);
        lookForHiddenRows();
        notices = status.problems().stream()
                .filter(HealthWatch::isNotice)
                .map(found -> new Health.Condition(found.words(), found.hint()))
                .toList();
        Check problem = !before || !sourceConnected.getAsBoolean()
                ? null
                : status.problems().stream()
                        .filter(found -> !isNotice(found))
                        .findFirst()
                        .orElse(null);
        if (problem != null) {
            // A database that cannot be reached is the source's problem once the engine has noticed it, too.
            Health.Part cause = problem.outcome() == Check.Outcome.UNREACHABLE ? Health.Part.SOURCE : null;
            health.markUnhealthy(
                    Health.Part.SLOT,
                    new Health.Condition(problem.words(), problem.hint()),
                    "",
                    new Health.Outlook(cause, null));
        } else if (missed == null && !sourceConnected.getAsBoolean()) {
            health.unknown(Health.Part.SLOT); // the log must not report a slot as healthy that cannot be checked
        } else {
            set(Health.Part.SLOT, missed);
        }
    }

    private static boolean isNotice(Check found) {
        return found.outcome() == Check.Outcome.WARNING;
    }

    /** Returns what the operator should know of the source without having to act. */
    List<Health.Condition> notices() {
        return notices;
    }

    /** Checks whether the engine waits for a lock, at its start or while it reads a table: the engine does not report that. */
    private void lookForWaits() {
        try {
            Check found = connector.waitsFor().orElse(null);
            if (found != null) {
                waits = true;
                health.markUnhealthy(
                        Health.Part.SOURCE, new Health.Condition(found.message(), found.hint()), "(waiting)");
            } else if (waits) {
                waits = false;
                if (sourceConnected.getAsBoolean()) {
                    health.markHealthy(Health.Part.SOURCE);
                }
            }
        } catch (SourceException e) {
            log.debug("what the source waits for cannot be seen now: {}", e.getMessage());
        }
    }

    /** Checks for a gap. */
    private void lookForGap(boolean before) {
        if (!before) {
            return;
        }
        try {
            Check found = connector.detectGap().orElse(null);
            if (sourceConnected.getAsBoolean()) {
                missed = gap.checked(found);
            }
        } catch (SourceException e) {
            log.debug("not to be seen now: {}", e.getMessage());
        } catch (IOException e) {
            log.warn("that changes are missed cannot be recorded: {}", e.getMessage());
        }
    }

    /**
     * Checks whether rows are hidden. Meanwhile the stream shows all changes and reads of rows fail, but a read reports that only
     * when it is due.
     */
    private void lookForHiddenRows() {
        try {
            Check found = connector.hiddenRows().orElse(null);
            set(Health.Part.ROWS, found == null ? null : new Health.Condition(found.message(), found.hint()));
        } catch (SourceException e) {
            log.debug("whether rows are hidden cannot be seen now: {}", e.getMessage());
        }
    }

    private void set(Health.Part part, Health.@Nullable Condition condition) {
        if (condition == null) {
            health.markHealthy(part);
        } else {
            health.markUnhealthy(part, condition, "");
        }
    }

    private void gauge(String name, double value) {
        if (gauges.put(name, value) == null) {
            metrics.gauge(name.replace('_', '.'), SourceGauges.help(name), gauges, all -> all.getOrDefault(name, 0.0));
        }
    }

    private static Runnable guarded(Runnable look) {
        return () -> {
            try {
                look.run();
            } catch (RuntimeException e) {
                log.error(
                        "a check of the pipeline's database and Typesense failed",
                        e); // a scheduled task that throws never runs again
            }
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
