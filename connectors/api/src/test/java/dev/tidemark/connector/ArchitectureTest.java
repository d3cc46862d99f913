package dev.tidemark.connector;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packages of the API: which one may use which, and how large they are. */
class ArchitectureTest {

    /** A package uses only packages listed above it. */
    private static final List<String> PACKAGES = List.of(
            "dev.tidemark.connector.data",
            "dev.tidemark.connector.tls",
            "dev.tidemark.connector.files",
            "dev.tidemark.connector");

    @Test
    void packages_useOnlyThoseListedAboveThem_andAreSmall() {
        new PackageRules("dev.tidemark.connector", PACKAGES).check();
    }
}
