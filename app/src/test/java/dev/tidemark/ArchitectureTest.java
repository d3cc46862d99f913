package dev.tidemark;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packages of the service: which one may use which, and how large they are. */
class ArchitectureTest {

    /** A package uses only packages listed above it. */
    private static final List<String> PACKAGES = List.of(
            "dev.tidemark.logging",
            "dev.tidemark.expression",
            "dev.tidemark.config",
            "dev.tidemark.config.yaml",
            "dev.tidemark.config.read",
            "dev.tidemark.sink",
            "dev.tidemark.sink.typesense.http",
            "dev.tidemark.sink.typesense",
            "dev.tidemark.document.value",
            "dev.tidemark.document",
            "dev.tidemark.health",
            "dev.tidemark.metrics",
            "dev.tidemark.state",
            "dev.tidemark.approval",
            "dev.tidemark.deadletter",
            "dev.tidemark.ids",
            "dev.tidemark.queue",
            "dev.tidemark.retry",
            "dev.tidemark.collection",
            "dev.tidemark.trace",
            "dev.tidemark.load",
            "dev.tidemark.identity",
            "dev.tidemark.resync",
            "dev.tidemark.flush.write",
            "dev.tidemark.flush.routing",
            "dev.tidemark.flush.join",
            "dev.tidemark.flush.cascade",
            "dev.tidemark.flush.replay",
            "dev.tidemark.flush.sweep",
            "dev.tidemark.flush.schema",
            "dev.tidemark.flush.reload",
            "dev.tidemark.flush",
            "dev.tidemark.verify.hash",
            "dev.tidemark.verify",
            "dev.tidemark.source",
            "dev.tidemark.backup",
            "dev.tidemark.startup",
            "dev.tidemark.http",
            "dev.tidemark.admin",
            "dev.tidemark.page",
            "dev.tidemark.plan",
            "dev.tidemark.init",
            "dev.tidemark.pipeline",
            "dev.tidemark.pipeline.stopped",
            "dev.tidemark.cli",
            "dev.tidemark.cli.backup",
            "dev.tidemark.cli.deadletter",
            "dev.tidemark");

    @Test
    void packages_useOnlyThoseListedAboveThem_andAreSmall() {
        new PackageRules(
                        "dev.tidemark",
                        PACKAGES,
                        "dev.tidemark.connector..",
                        "dev.tidemark.debezium..",
                        "dev.tidemark.testkit..")
                .check();
    }
}
