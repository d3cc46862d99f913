package dev.tidemark.connector.base;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packages of what the connectors share: which one may use which, and how large they are. */
class ArchitectureTest {

    /** A package uses only packages listed above it. */
    private static final List<String> PACKAGES = List.of(
            "dev.tidemark.connector.base.text",
            "dev.tidemark.connector.base.engine",
            "dev.tidemark.connector.base.decode",
            "dev.tidemark.connector.base.jdbc");

    @Test
    void packages_useOnlyThoseListedAboveThem_andAreSmall() {
        new PackageRules("dev.tidemark.connector.base", PACKAGES).check();
    }
}
