package dev.tidemark;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.tidemark.state.OffsetCommitter;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Data flows one way, and so do imports: docs/ARCHITECTURE.md in code. */
class DependencyTest {

    private static final JavaClasses APP = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tidemark");

    @Test
    void debezium_isKnownToTheSourceOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("..tidemark.source..", "..tidemark.connector..", "..tidemark.debezium..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.debezium..", "org.apache.kafka.."));
    }

    /** All that is written may hold rows: files and directories are created for their owner only. */
    @Test
    void files_areCreatedPrivate() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("..tidemark.testkit..")
                .and()
                .doNotHaveFullyQualifiedName("dev.tidemark.connector.files.PrivateFiles")
                .should()
                .callMethodWhere(target(
                                nameMatching(
                                        "create(Directory|Directories|File)|write|writeString|newOutputStream|newBufferedWriter"))
                        .and(target(owner(equivalentTo(Files.class))))));
    }

    @Test
    void sink_knowsNothingOfWhereDocumentsComeFrom() {
        check(in("sink")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..tidemark.source..",
                        "..tidemark.flush..",
                        "..tidemark.queue..",
                        "..tidemark.state..",
                        "..tidemark.document.."));
    }

    @Test
    void document_knowsNothingOfFlushAndSource() {
        check(in("document")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..tidemark.flush..", "..tidemark.source..", "..tidemark.queue..", "..tidemark.state.."));
    }

    @Test
    void queue_knowsChangesOnly() {
        check(in("queue")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..tidemark.source..",
                        "..tidemark.flush..",
                        "..tidemark.sink..",
                        "..tidemark.document..",
                        "..tidemark.config..",
                        "..tidemark.state.."));
    }

    @Test
    void flush_knowsNothingOfTheSource() {
        check(in("flush").should().dependOnClassesThat().resideInAnyPackage("..tidemark.source.."));
        // Of the state directory it knows who stores an offset, and one file of its own.
        check(in("flush")
                .and()
                .doNotHaveSimpleName("SuspectFile")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("..tidemark.state..").and(not(equivalentTo(OffsetCommitter.class)))));
    }

    @Test
    void trace_isToldByTheFlush_andKnowsNothingOfIt() {
        check(in("trace")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..tidemark.flush..",
                        "..tidemark.source..",
                        "..tidemark.queue..",
                        "..tidemark.sink..",
                        "..tidemark.document..",
                        "..tidemark.admin.."));
    }

    @Test
    void typesense_isBehindTheSink() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "..tidemark.source..",
                        "..tidemark.flush..",
                        "..tidemark.queue..",
                        "..tidemark.document..",
                        "..tidemark.state..",
                        "..tidemark.metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..tidemark.sink.typesense..", "org.typesense.."));
    }

    @Test
    void cel_isKnownToExpressionsOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("..tidemark.expression..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.cel..", "com.google.."));
        check(in("expression")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..tidemark.config..",
                        "..tidemark.document..",
                        "..tidemark.flush..",
                        "..tidemark.sink..",
                        "..tidemark.source.."));
    }

    @Test
    void rootPackage_isSeenByNobody() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "..tidemark.source..",
                        "..tidemark.flush..",
                        "..tidemark.queue..",
                        "..tidemark.sink..",
                        "..tidemark.document..",
                        "..tidemark.state..",
                        "..tidemark.config..",
                        "..tidemark.metrics..",
                        "..tidemark.connector..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tidemark"));
    }

    @Test
    void output_isWrittenByCommandsOnly_andLogsGoThroughSlf4j() {
        check(noClasses()
                .that()
                .haveNameNotMatching(".*Command(\\$.*)?")
                .and()
                .haveSimpleNameNotEndingWith("Main")
                .and()
                .resideOutsideOfPackage("..tidemark.testkit..")
                .should()
                .accessField(System.class, "out"));
        check(noClasses()
                .that()
                .resideOutsideOfPackage("..tidemark.testkit..")
                .and()
                .doNotHaveFullyQualifiedName("dev.tidemark.logging.Logging") // installs the bridge
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging"));
    }

    private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction in(String room) {
        return noClasses().that().resideInAPackage("dev.tidemark." + room + "..");
    }

    private static void check(ArchRule rule) {
        rule.check(APP);
    }
}
