package dev.tidemark.metrics;

import dev.tidemark.connector.data.TableId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.BooleanSupplier;

/** The metric of doubts whether documents equal rows. Any thread. */
public final class DoubtMetrics {

    private final MeterRegistry registry;
    private final Tags tags;

    /** @param tags of all metrics */
    DoubtMetrics(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    /**
     * Registers the gauge of a table and a reason.
     *
     * @param inDoubt answers whether the table's documents are in doubt for this reason
     */
    public void register(TableId table, String reason, BooleanSupplier inDoubt) {
        Gauges.register(
                registry,
                "tidemark.doubts",
                "1 while documents of the table may differ from its rows, until it was loaded again",
                tags.and("table", table.toString(), "reason", reason),
                inDoubt,
                doubt -> doubt.getAsBoolean() ? 1 : 0);
    }
}
