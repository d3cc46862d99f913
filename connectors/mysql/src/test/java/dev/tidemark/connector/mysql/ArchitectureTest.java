package dev.tidemark.connector.mysql;

import dev.tidemark.testkit.PackageRules;
import java.util.List;
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

    @Test
    void packages_useOnlyThoseListedAboveThem_andAreSmall() {
        new PackageRules("dev.tidemark.connector.mysql", PACKAGES).check();
    }
}
