package dev.tidemark.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Packages of the API: which one may use which, and how large they are. */
class ArchitectureTest {

    /** A package uses only packages listed above it. */
    private static final List<String> PACKAGES = List.of(
            "dev.tidemark.connector.data",
            "dev.tidemark.connector.tls",
            "dev.tidemark.connector.files",
            "dev.tidemark.connector");

    private static final long MAX_TYPES = 25;

    private final PackageRules rules = new PackageRules("dev.tidemark.connector", PACKAGES);

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
