package dev.tidemark.metrics;

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
import java.nio.file.Path;

/** The JVM's and the process's own figures, with the pipeline's label. */
public final class RuntimeGauges implements AutoCloseable {

    private final JvmGcMetrics gc;

    private RuntimeGauges(JvmGcMetrics gc) {
        this.gc = gc;
    }

    /**
     * Registers the gauges.
     *
     * @param state the folder whose file system is watched
     */
    public static RuntimeGauges bind(MeterRegistry registry, String pipeline, Path state) {
        Tags tags = Tags.of("pipeline", pipeline);
        new ClassLoaderMetrics(tags).bindTo(registry);
        new JvmMemoryMetrics(tags).bindTo(registry);
        new JvmThreadMetrics(tags).bindTo(registry);
        new ProcessorMetrics(tags).bindTo(registry);
        new FileDescriptorMetrics(tags).bindTo(registry);
        new UptimeMetrics(tags).bindTo(registry);
        new DiskSpaceMetrics(state.toAbsolutePath().normalize().toFile(), tags).bindTo(registry);
        JvmGcMetrics gc = new JvmGcMetrics(tags);
        gc.bindTo(registry);
        return new RuntimeGauges(gc);
    }

    @Override
    public void close() {
        gc.close();
    }
}
