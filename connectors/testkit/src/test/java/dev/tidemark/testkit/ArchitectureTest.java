package dev.tidemark.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
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

    private static final long MAX_TYPES = 25;

    private final PackageRules rules = new PackageRules("dev.tidemark.testkit", PACKAGES);

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
