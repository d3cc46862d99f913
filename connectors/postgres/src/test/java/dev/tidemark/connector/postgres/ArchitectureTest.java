package dev.tidemark.connector.postgres;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Packages of the Postgres connector: which one may use which, and how large they are. */
class ArchitectureTest {

    private static final String ROOT = "dev.tidemark.connector.postgres";

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

    private static final int MAX_TYPES = 25;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void package_usesOnlyThoseListedAboveIt() {
        for (int i = 0; i < PACKAGES.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(PACKAGES.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(PACKAGES.subList(i + 1, PACKAGES.size()).toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @Test
    void packages_areFreeOfCycles() {
        slices().matching("dev.tidemark.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void package_isListed_andHoldsAtMost25Types() {
        Map<String, Long> sizes = CLASSES.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(sizes).containsOnlyKeys(PACKAGES);
        assertThat(sizes.values()).allMatch(size -> size <= MAX_TYPES);
    }
}
