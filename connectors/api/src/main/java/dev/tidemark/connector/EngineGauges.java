package dev.tidemark.connector;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Metrics that a Debezium engine of this process reports over JMX. Thread-safe.
 *
 * @param kind the connector's name, which is Debezium's JMX domain too
 */
public record EngineGauges(String kind, String pipeline) {

    /**
     * Returns the name of the engine's bean.
     *
     * @param context {@code streaming} or {@code snapshot}
     */
    public ObjectName bean(String context) {
        try {
            return new ObjectName(
                    "debezium." + kind + ":type=connector-metrics,context=" + context + ",server=" + pipeline);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException("a pipeline's name has no such characters: " + pipeline, e);
        }
    }

    /** Returns whether the attribute is true now; false while no engine has registered its bean. */
    public boolean isSet(String context, String attribute) {
        try {
            return Boolean.TRUE.equals(
                    ManagementFactory.getPlatformMBeanServer().getAttribute(bean(context), attribute));
        } catch (JMException e) {
            return false; // not registered yet, or not any more
        }
    }
}
