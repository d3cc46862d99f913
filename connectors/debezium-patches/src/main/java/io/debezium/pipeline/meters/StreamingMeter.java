package io.debezium.pipeline.meters;

import io.debezium.config.CommonConnectorConfig;
import io.debezium.pipeline.metrics.CapturedTablesSupplier;
import io.debezium.pipeline.metrics.traits.StreamingMetricsMXBean;
import io.debezium.pipeline.metrics.traits.StreamingStatisticsMXBean;
import io.debezium.pipeline.source.spi.EventMetadataProvider;
import io.debezium.pipeline.spi.OffsetContext;
import io.debezium.spi.schema.DataCollectionId;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Struct;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path: it keeps how far the stream is behind,
 * and neither hands every event to a thread of its own for that nor puts the place and the transaction of each into words
 * for JMX. Why, and what keeps it in step with Debezium 3.6.1.Final: docs/decisions/0010-event-meter.md.
 */
public class StreamingMeter implements StreamingMetricsMXBean, StreamingStatisticsMXBean {

    /** Debezium's own word for what is not counted. */
    private static final long NOT_COUNTED = -1;

    private final CapturedTablesSupplier capturedTables;
    private final EventMetadataProvider metadata;
    private final AtomicLong unchangedSkipped = new AtomicLong(NOT_COUNTED);
    private volatile long lagMillis = NOT_COUNTED;

    /** Called by Debezium; of the configuration it would be read whether statistics are wanted, and there are none. */
    public StreamingMeter(
            CommonConnectorConfig unused, CapturedTablesSupplier capturedTables, EventMetadataProvider metadata) {
        this.capturedTables = capturedTables;
        this.metadata = metadata;
    }

    public void onEvent(DataCollectionId source, OffsetContext offset, Object key, Struct value) {
        Instant committed = metadata.getEventTimestamp(source, offset, key, value);
        if (committed != null) {
            lagMillis = System.currentTimeMillis() - committed.toEpochMilli();
        }
    }

    @Override
    public long getMilliSecondsBehindSource() {
        return lagMillis;
    }

    @Override
    public void resetLagBehindSource() {
        lagMillis = NOT_COUNTED;
    }

    @Override
    public String[] getCapturedTables() {
        return capturedTables == null
                ? new String[0]
                : capturedTables.getCapturedTables().stream()
                        .map(Object::toString)
                        .toArray(String[]::new);
    }

    public void enableUnchangedEventsMetric() {
        unchangedSkipped.compareAndSet(NOT_COUNTED, 0);
    }

    public void onUnchangedEventSkipped() {
        unchangedSkipped.incrementAndGet();
    }

    @Override
    public long getNumberOfUnchangedEventsSkipped() {
        return unchangedSkipped.get();
    }

    public void start() {
        // There is no thread to start.
    }

    public void stop() {
        // Nor one to stop.
    }

    public void reset() {
        resetLagBehindSource();
        unchangedSkipped.updateAndGet(count -> count == NOT_COUNTED ? NOT_COUNTED : 0);
    }

    /** Not kept. */
    @Override
    public Map<String, String> getSourceEventPosition() {
        return Map.of();
    }

    /** Not kept. */
    @Override
    public String getLastTransactionId() {
        return null;
    }

    /** Not counted. */
    @Override
    public long getNumberOfCommittedTransactions() {
        return NOT_COUNTED;
    }

    /** Not kept, as are the other statistics. */
    @Override
    public Long getMilliSecondsBehindSourceMinValue() {
        return null;
    }

    @Override
    public Long getMilliSecondsBehindSourceMaxValue() {
        return null;
    }

    @Override
    public Double getMilliSecondsBehindSourceAverageValue() {
        return null;
    }

    @Override
    public Double getMilliSecondsBehindSourceP50() {
        return null;
    }

    @Override
    public Double getMilliSecondsBehindSourceP95() {
        return null;
    }

    @Override
    public Double getMilliSecondsBehindSourceP99() {
        return null;
    }
}
