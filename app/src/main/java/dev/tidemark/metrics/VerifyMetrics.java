package dev.tidemark.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The metrics of verifications. Any thread. */
public final class VerifyMetrics {

    private static final List<String> RESULTS =
            List.of("equal", "missing", "extra", "different", "busy", "dead_letter", "invalid", "repaired");

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<String, AtomicLong> verified = new ConcurrentHashMap<>();

    /** @param tags of all metrics */
    VerifyMetrics(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    /** Registers the counters of a collection: they begin at 0, so that the growth of a first verification is seen. */
    public void register(String collection) {
        RESULTS.forEach(result -> documents(collection, result, 0));
    }

    /** Counts documents of a collection; result is one word, see docs/reference/metrics.md. */
    public void documents(String collection, String result, long count) {
        Counter.builder("tidemark.verify.documents")
                .description("Documents that were compared with their rows, by result")
                .tags(tags.and("collection", collection, "result", result))
                .register(registry)
                .increment(count);
    }

    /** Records that all documents of a collection were compared. */
    public void verified(String collection) {
        verified.computeIfAbsent(collection, this::gauge).set(System.currentTimeMillis());
    }

    private AtomicLong gauge(String collection) {
        AtomicLong millis = new AtomicLong();
        Gauges.register(
                registry,
                "tidemark.verified.timestamp.seconds",
                "When all documents of the collection were last compared with their rows, in seconds since 1970",
                tags.and("collection", collection),
                millis,
                value -> value.get() / 1000.0);
        return millis;
    }
}
