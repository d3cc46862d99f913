package dev.tidemark.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Rules for the packages of one module: which one may use which, and how large they are. For tests with ArchUnit only. */
public final class PackageRules {

    private static final long MAX_TYPES = 25;

    private final List<String> packages;
    private final JavaClasses classes;

    /**
     * Reads the module's classes.
     *
     * @param root the package that all others are in
     * @param packages all packages that hold types; one may use only those listed before it
     * @param others patterns of packages below the root that belong to other modules
     */
    public PackageRules(String root, List<String> packages, String... others) {
        this.packages = List.copyOf(packages);
        this.classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(root)
                .that(not(resideInAnyPackage(others)));
    }

    /** Checks all rules. */
    public void check() {
        checkLayers();
        checkCycles();
        checkSizes();
    }

    /** Checks that a package uses none of the module that is listed after it. */
    private void checkLayers() {
        for (int i = 0; i < packages.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(packages.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages.subList(i + 1, packages.size()).toArray(String[]::new))
                    .check(classes);
        }
    }

    /** Checks that no packages use each other. */
    private void checkCycles() {
        slices().matching("dev.tidemark.(**)").should().beFreeOfCycles().check(classes);
    }

    /** Checks that each package is listed, and holds at most {@value #MAX_TYPES} types. */
    private void checkSizes() {
        Map<String, Long> sizes = sizes();
        if (!sizes.keySet().equals(Set.copyOf(packages))) {
            throw new AssertionError("packages with types: " + sizes.keySet() + "; listed: " + new TreeSet<>(packages));
        }
        sizes.values().removeIf(size -> size <= MAX_TYPES);
        if (!sizes.isEmpty()) {
            throw new AssertionError("packages with more than " + MAX_TYPES + " types: " + sizes);
        }
    }

    private Map<String, Long> sizes() {
        return classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }
}
