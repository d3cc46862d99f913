package io.debezium.pipeline.meters;

import io.debezium.data.Envelope.Operation;
import io.debezium.pipeline.metrics.traits.CommonEventMetricsMXBean;
import io.debezium.pipeline.source.spi.EventMetadataProvider;
import io.debezium.pipeline.spi.OffsetContext;
import io.debezium.spi.schema.DataCollectionId;
import io.debezium.util.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Struct;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path: it counts the same things and does not
 * write every event out as JSON for the JMX attribute {@code LastEvent}, a fifth of the decoding thread's time. Why,
 * and what keeps it in step with Debezium 3.6.1.Final: docs/decisions/0010-event-meter.md.
 */
public class CommonEventMeter implements CommonEventMetricsMXBean {

    protected final AtomicLong totalNumberOfEventsSeen = new AtomicLong();
    protected final AtomicLong totalNumberOfCreateEventsSeen = new AtomicLong();
    protected final AtomicLong totalNumberOfUpdateEventsSeen = new AtomicLong();
    protected final AtomicLong totalNumberOfDeleteEventsSeen = new AtomicLong();
    protected final AtomicLong numberOfErroneousEvents = new AtomicLong();
    protected final AtomicLong lastEventTimestamp = new AtomicLong(-1);
    private final AtomicLong filtered = new AtomicLong();
    private final Clock clock;

    /** Called by Debezium; the provider, which would write events out, is not needed. */
    public CommonEventMeter(Clock clock, EventMetadataProvider unused) {
        this.clock = clock;
    }

    public void onEvent(DataCollectionId source, OffsetContext offset, Object key, Struct value, Operation operation) {
        seen(operation);
    }

    public void onFilteredEvent() {
        filtered.incrementAndGet();
        seen(null);
    }

    public void onFilteredEvent(Operation operation) {
        filtered.incrementAndGet();
        seen(operation);
    }

    public void onErroneousEvent() {
        numberOfErroneousEvents.incrementAndGet();
        seen(null);
    }

    public void onErroneousEvent(Operation operation) {
        numberOfErroneousEvents.incrementAndGet();
        seen(operation);
    }

    private void seen(Operation operation) {
        lastEventTimestamp.set(clock.currentTimeInMillis());
        totalNumberOfEventsSeen.incrementAndGet();
        if (operation == Operation.CREATE) {
            totalNumberOfCreateEventsSeen.incrementAndGet();
        } else if (operation == Operation.UPDATE) {
            totalNumberOfUpdateEventsSeen.incrementAndGet();
        } else if (operation == Operation.DELETE) {
            totalNumberOfDeleteEventsSeen.incrementAndGet();
        }
    }

    /** Not kept. */
    @Override
    public String getLastEvent() {
        return null;
    }

    @Override
    public long getMilliSecondsSinceLastEvent() {
        long last = lastEventTimestamp.get();
        return last < 0 ? -1 : clock.currentTimeInMillis() - last;
    }

    @Override
    public long getTotalNumberOfEventsSeen() {
        return totalNumberOfEventsSeen.get();
    }

    @Override
    public long getTotalNumberOfCreateEventsSeen() {
        return totalNumberOfCreateEventsSeen.get();
    }

    @Override
    public long getTotalNumberOfUpdateEventsSeen() {
        return totalNumberOfUpdateEventsSeen.get();
    }

    @Override
    public long getTotalNumberOfDeleteEventsSeen() {
        return totalNumberOfDeleteEventsSeen.get();
    }

    @Override
    public long getNumberOfEventsFiltered() {
        return filtered.get();
    }

    @Override
    public long getNumberOfErroneousEvents() {
        return numberOfErroneousEvents.get();
    }

    public void reset() {
        totalNumberOfEventsSeen.set(0);
        totalNumberOfCreateEventsSeen.set(0);
        totalNumberOfUpdateEventsSeen.set(0);
        totalNumberOfDeleteEventsSeen.set(0);
        numberOfErroneousEvents.set(0);
        filtered.set(0);
        lastEventTimestamp.set(-1);
    }
}
