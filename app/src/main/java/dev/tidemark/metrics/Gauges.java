package dev.tidemark.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** Registration of gauges. One of the same name and labels is replaced, since what it reads belongs to a pipeline that has ended. */
final class Gauges {

    private Gauges() {}

    static <T> void register(
            MeterRegistry registry, String name, String description, Tags tags, T of, ToDoubleFunction<T> value) {
        for (Gauge before : registry.find(name).tags(tags).gauges()) {
            if (Tags.of(before.getId().getTags()).equals(tags)) {
                registry.remove(before);
            }
        }
        Gauge.builder(name, of, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
