package dev.tidemark.pipeline;

import dev.tidemark.config.Config;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches regularly for tables that have come to match a pattern of the configuration, on a thread of its own. Tables that match and
 * cannot be added are logged once, and shown as notices as long as that is so. Thread-safe.
 */
final class PatternWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PatternWatch.class);

    /** Time after which a table is tried again with which a start has failed. */
    private static final long POSTPONED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final NewTables tables;
    private final Supplier<@Nullable Current> running;
    private final Duration interval;
    private final Thread thread;
    private final Map<TableId, Postponed> postponed = new HashMap<>();
    private Map<TableId, String> unsuitable = Map.of();
    private CompletableFuture<NewTables.@Nullable Found> found = new CompletableFuture<>();

    /** A configuration and its pipeline. */
    record Current(Config config, Pipeline pipeline) {

        /** Returns whether nothing is wrong with it, and no operator has paused it. */
        private boolean isUndisturbed() {
            var operations = pipeline.operations();
            return operations != null
                    && !operations.isPaused()
                    && pipeline.health().conditions().isEmpty();
        }
    }

    private record Postponed(long untilNanos, String why) {}

    /** @param running the pipeline that runs; null while there is none */
    PatternWatch(String name, NewTables tables, Supplier<@Nullable Current> running, Duration interval) {
        this.tables = tables;
        this.running = running;
        this.interval = interval;
        this.thread = new Thread(this::run, name + "-tables");
        this.thread.setDaemon(true);
    }

    PatternWatch start() {
        thread.start();
        return this;
    }

    /** Returns what completes with the next tables that can be added. */
    synchronized CompletableFuture<NewTables.@Nullable Found> found() {
        return found;
    }

    /** Lets the search continue: what was found is handled. */
    synchronized void handled() {
        found = new CompletableFuture<>();
    }

    /** Does not try these tables for a while: a start with them has failed. */
    synchronized void postpone(Set<TableId> failed, String why) {
        long until = System.nanoTime() + POSTPONED_NANOS;
        failed.forEach(table -> postponed.put(table, new Postponed(until, why)));
    }

    /** Returns the tables that match and cannot be added. */
    synchronized List<Health.Condition> notices() {
        List<Health.Condition> notices = new ArrayList<>();
        unsuitable.forEach((table, why) -> notices.add(new Health.Condition(
                "table " + table + " matches a pattern and cannot be added: " + why,
                "Correct that, and it is added within a minute; or make the pattern narrower. A restart would fail.")));
        return notices;
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
                Current current = running.get();
                if (current != null && current.isUndisturbed() && !found().isDone()) {
                    search(current);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end of the service
        }
    }

    private void search(Current current) throws InterruptedException {
        try {
            NewTables.Found now = tables.search(current.config(), postponed());
            report(now.unsuitable());
            if (now.next() != null) {
                found().complete(now);
            }
        } catch (NewTables.UnknownException e) {
            log.debug("whether other tables match cannot be seen now: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.warn("the search for tables that match a pattern failed (trying again)", e);
        }
    }

    private synchronized Set<TableId> postponed() {
        postponed.values().removeIf(each -> System.nanoTime() - each.untilNanos() >= 0);
        return new HashSet<>(postponed.keySet());
    }

    private synchronized void report(Map<TableId, String> now) {
        Map<TableId, String> all = new HashMap<>(now);
        postponed.forEach((table, each) -> all.put(table, each.why()));
        all.forEach((table, why) -> {
            if (!why.equals(unsuitable.get(table))) {
                log.atWarn()
                        .addKeyValue("table", table)
                        .log("table {} matches a pattern and cannot be added, the others continue: {}", table, why);
            }
        });
        unsuitable = all;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
