package dev.tidemark.flush;

import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.health.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.trace.TraceBuffer;

/** Receives what a flush does. */
public record FlushObservers(Health health, PipelineMetrics metrics, FlushReport report, TraceBuffer traces) {}
