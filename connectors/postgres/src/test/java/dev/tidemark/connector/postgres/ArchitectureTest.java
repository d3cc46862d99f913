package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
import java.util.Map;
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

    private static final long MAX_TYPES = 25;

    private final PackageRules rules = new PackageRules("dev.tidemark.connector.postgres", PACKAGES);

    @Test
    void package_usesOnlyThoseListedAboveIt() {
        rules.checkLayers();
    }

    @Test
    void packages_areFreeOfCycles() {
        rules.checkCycles();
    }

    @Test
    void package_isListed_andHoldsAtMost25Types() {
        Map<String, Long> sizes = rules.sizes();
        assertThat(sizes).containsOnlyKeys(PACKAGES);
        assertThat(sizes.values()).allMatch(size -> size <= MAX_TYPES);
    }
}
