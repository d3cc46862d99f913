package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Packages of the MySQL connector: which one may use which, and how large they are. */
class ArchitectureTest {

    /** A package uses only packages listed above it. */
    private static final List<String> PACKAGES = List.of(
            "dev.tidemark.connector.mysql.value",
            "dev.tidemark.connector.mysql.connection",
            "dev.tidemark.connector.mysql.catalog",
            "dev.tidemark.connector.mysql.log",
            "dev.tidemark.connector.mysql.ddl",
            "dev.tidemark.connector.mysql.schema",
            "dev.tidemark.connector.mysql.decode",
            "dev.tidemark.connector.mysql.read",
            "dev.tidemark.connector.mysql.engine",
            "dev.tidemark.connector.mysql.preflight",
            "dev.tidemark.connector.mysql");

    private static final long MAX_TYPES = 25;

    private final PackageRules rules = new PackageRules("dev.tidemark.connector.mysql", PACKAGES);

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
