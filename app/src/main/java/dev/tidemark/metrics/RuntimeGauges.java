package dev.tidemark.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The JVM's and the process's own figures, with the pipeline's label. */
public final class RuntimeGauges implements AutoCloseable {

    /** Micrometer's names of these two break the rules of Prometheus ({@code promtool check metrics}). */
    private static final Set<String> RENAMED = Set.of("process.cpu.time", "system.cpu.count");

    private final JvmGcMetrics gc;

    private RuntimeGauges(JvmGcMetrics gc) {
        this.gc = gc;
    }

    /** Returns a registry without the metrics that are renamed here: Micrometer wants such a filter before any metric. */
    public static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(MeterFilter.deny(id -> RENAMED.contains(id.getName())));
        return registry;
    }

    /**
     * Registers the gauges.
     *
     * @param state the directory whose file system is watched
     */
    public static RuntimeGauges bind(MeterRegistry registry, String pipeline, Path state) {
        Tags tags = Tags.of("pipeline", pipeline);
        new ClassLoaderMetrics(tags).bindTo(registry);
        new JvmMemoryMetrics(tags).bindTo(registry);
        new JvmThreadMetrics(tags).bindTo(registry);
        new ProcessorMetrics(tags).bindTo(registry);
        FunctionCounter.builder("process.cpu", RuntimeGauges.class, unused -> cpuSeconds())
                .description("Processor time that the process has used")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
        Gauge.builder("system.cpus", Runtime.getRuntime(), Runtime::availableProcessors)
                .description("Processors that the process may use")
                .tags(tags)
                .register(registry);
        new FileDescriptorMetrics(tags).bindTo(registry);
        new UptimeMetrics(tags).bindTo(registry);
        new DiskSpaceMetrics(state.toAbsolutePath().normalize().toFile(), tags).bindTo(registry);
        JvmGcMetrics gc = new JvmGcMetrics(tags);
        gc.bindTo(registry);
        return new RuntimeGauges(gc);
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }

    @Override
    public void close() {
        gc.close();
    }
}
