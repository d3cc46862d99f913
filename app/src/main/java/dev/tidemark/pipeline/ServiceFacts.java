package dev.tidemark.pipeline;

import dev.tidemark.config.Config;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.BuildInfo;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Facts about this process in the status: version, start, and the addresses of both ends. */
final class ServiceFacts {

    private ServiceFacts() {}

    static PipelineStatus.Service of(Config config) {
        Instant started =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        return new PipelineStatus.Service(
                BuildInfo.text(),
                started.truncatedTo(ChronoUnit.SECONDS).toString(),
                0,
                source(config.source().kind(), config.source().settings()),
                config.sink().nodes().stream().map(URI::toString).toList());
    }

    private static String source(String kind, SourceSettings of) {
        String database = of.database().isEmpty() ? "" : "/" + of.database();
        return kind + " " + of.host() + ":" + of.port() + database;
    }
}
