package dev.tidemark.metrics;

import dev.tidemark.connector.EngineGauges;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Metrics that Debezium publishes over JMX, read at each scrape; 0 while its bean does not exist (no engine, or another
 * phase).
 */
public final class DebeziumGauges {

    private static final Map<String, String> STREAMING = Map.of(
            "MilliSecondsBehindSource", "behind.source.seconds",
            "MilliSecondsSinceLastEvent", "since.last.event.seconds",
            "TotalNumberOfEventsSeen", "events.seen",
            "QueueRemainingCapacity", "queue.remaining.capacity",
            "QueueTotalCapacity", "queue.capacity",
            "Connected", "connected");
    private static final Map<String, String> SNAPSHOT =
            Map.of("RemainingTableCount", "snapshot.tables.remaining", "TotalTableCount", "snapshot.tables");

    private DebeziumGauges() {}

    /**
     * Registers the gauges.
     *
     * @param kind the connector's name, which is Debezium's JMX domain too
     */
    public static void bind(MeterRegistry registry, String kind, String pipeline) {
        STREAMING.forEach((attribute, name) -> bind(registry, kind, pipeline, "streaming", attribute, name));
        SNAPSHOT.forEach((attribute, name) -> bind(registry, kind, pipeline, "snapshot", attribute, name));
    }

    private static void bind(
            MeterRegistry registry, String kind, String pipeline, String context, String attribute, String name) {
        ObjectName bean = new EngineGauges(kind, pipeline).bean(context);
        Gauge.builder("tidemark.debezium." + name, bean, of -> read(of, attribute))
                .description(
                        "Debezium's " + attribute + (isMillis(attribute) ? " in seconds" : "") + " (" + context + ")")
                .tags(Tags.of("pipeline", pipeline))
                .strongReference(true)
                .register(registry);
    }

    private static boolean isMillis(String attribute) {
        return attribute.startsWith("MilliSeconds");
    }

    private static double read(ObjectName bean, String attribute) {
        try {
            Object value = ManagementFactory.getPlatformMBeanServer().getAttribute(bean, attribute);
            if (value instanceof Boolean flag) {
                return flag ? 1 : 0;
            }
            double figure = value instanceof Number number ? number.doubleValue() : 0;
            if (!isMillis(attribute)) {
                return figure;
            }
            return figure < 0 ? Double.NaN : figure / 1000; // Debezium writes -1 before the first event
        } catch (JMException e) {
            return 0;
        }
    }
}
