package dev.tidemark.metrics;

import dev.tidemark.connector.data.TableId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.BooleanSupplier;

/** The metrics of loads of tables. Any thread. */
public final class LoadMetrics {

    private final MeterRegistry registry;
    private final Tags tags;
    private volatile BooleanSupplier running = () -> false;

    /** @param tags of all metrics */
    LoadMetrics(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        Gauges.register(
                registry,
                "tidemark.load.running",
                "1 while a table is being loaded, or waits for others; 0 outside of load.hours",
                tags,
                this,
                metrics -> metrics.running.getAsBoolean() ? 1 : 0);
    }

    /** Registers the counter of a table's rows: it begins at 0, so that the growth of a first load is seen. */
    void register(TableId table) {
        rowsOf(table);
    }

    /** Counts durable rows of loads. */
    public void rows(TableId table, long count) {
        rowsOf(table).increment(count);
    }

    private Counter rowsOf(TableId table) {
        return Counter.builder("tidemark.load.rows")
                .description("Durable rows of loads")
                .tags(tags.and("table", table.toString()))
                .register(registry);
    }

    /** Counts rows that were read and are re-read; reason is one word, see docs/reference/metrics.md. */
    public void restarted(TableId table, String reason) {
        Counter.builder("tidemark.load.restarts")
                .description("How often a load read rows again that were not durable yet")
                .tags(tags.and("table", table.toString(), "reason", reason))
                .register(registry)
                .increment();
    }

    /** Sets what says whether a load is not done and may run now. */
    public void running(BooleanSupplier of) {
        running = of;
    }
}
