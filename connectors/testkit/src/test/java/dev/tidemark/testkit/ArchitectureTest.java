package dev.tidemark.testkit;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packages of the testkit: which one may use which, and how large they are. */
class ArchitectureTest {

    /** A package uses only packages listed above it. */
    private static final List<String> PACKAGES = List.of(
            "dev.tidemark.testkit",
            "dev.tidemark.testkit.container",
            "dev.tidemark.testkit.postgres",
            "dev.tidemark.testkit.mysql",
            "dev.tidemark.testkit.typesense");

    @Test
    void packages_useOnlyThoseListedAboveThem_andAreSmall() {
        new PackageRules("dev.tidemark.testkit", PACKAGES).check();
    }
}
