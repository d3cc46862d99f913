package dev.tidemark.connector.postgres;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packages of the Postgres connector: which one may use which, and how large they are. */
class ArchitectureTest {

    /** A package uses only packages listed above it. */
    private static final List<String> PACKAGES = List.of(
            "dev.tidemark.connector.postgres.value",
            "dev.tidemark.connector.postgres.connection",
            "dev.tidemark.connector.postgres.catalog",
            "dev.tidemark.connector.postgres.log",
            "dev.tidemark.connector.postgres.decode",
            "dev.tidemark.connector.postgres.read",
            "dev.tidemark.connector.postgres.engine",
            "dev.tidemark.connector.postgres.preflight",
            "dev.tidemark.connector.postgres");

    @Test
    void packages_useOnlyThoseListedAboveThem_andAreSmall() {
        new PackageRules("dev.tidemark.connector.postgres", PACKAGES).check();
    }
}
