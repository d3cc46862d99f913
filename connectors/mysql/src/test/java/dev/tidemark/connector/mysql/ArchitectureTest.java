package dev.tidemark.connector.mysql;

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

/** Packages of the MySQL connector: which one may use which, and how large they are. */
class ArchitectureTest {

    private static final String ROOT = "dev.tidemark.connector.mysql";

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
