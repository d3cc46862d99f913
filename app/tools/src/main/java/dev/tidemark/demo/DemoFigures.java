package dev.tidemark.demo;

import dev.tidemark.health.PipelineStatus;
import dev.tidemark.pipeline.Service;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Figures of a running service, as a person reads them. */
final class DemoFigures {

    private final Service service;

    DemoFigures(Service service) {
        this.service = service;
    }

    /** Returns one line with the current state and figures. */
    String now(long changes) {
        PipelineStatus status = service.pipeline().status();
        long written = 0;
        long deleted = 0;
        for (PipelineStatus.Collection collection : status.collections()) {
            written += collection.upserted();
            deleted += collection.deleted();
        }
        return String.format(
                Locale.ROOT,
                "%-9s  changes made %,d | documents written %,d, deleted %,d | waiting %,d | lag %.1f s",
                status.state(),
                changes,
                written,
                deleted,
                status.queue().changes(),
                status.lagSeconds());
    }

    /** Returns the latency from the commit in the database to durable in Typesense, as text. */
    String latency() {
        Timer timer = service.registry().find("tidemark.end.to.end").timer();
        if (timer == null || timer.count() == 0) {
            return "no streamed change yet";
        }
        var snapshot = timer.takeSnapshot();
        return String.format(
                Locale.ROOT,
                "mean %.2f s, half within %s, 99 of 100 within %s (flush interval 0.2 s)",
                timer.mean(TimeUnit.SECONDS),
                within(snapshot.histogramCounts(), timer.count(), 0.5),
                within(snapshot.histogramCounts(), timer.count(), 0.99));
    }

    private static String within(CountAtBucket @Nullable [] buckets, long count, double part) {
        if (buckets != null) {
            for (CountAtBucket bucket : buckets) {
                if (bucket.count() >= part * count) {
                    double seconds = bucket.bucket(TimeUnit.SECONDS);
                    return seconds > 3600
                            ? "more than an hour"
                            : String.format(Locale.ROOT, seconds < 0.1 ? "%.2f s" : "%.1f s", seconds);
                }
            }
        }
        return "more than an hour";
    }

    long flushes() {
        Timer timer = service.registry().find("tidemark.flush").timer();
        return timer == null ? 0 : timer.count();
    }

    long snapshotRows() {
        var counter = service.registry().find("tidemark.snapshot.rows").counter();
        return counter == null ? 0 : (long) counter.count();
    }
}
