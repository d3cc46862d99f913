package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.tidemark.cli.ExtraCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The commands of this module as the command line offers them, and what their code may use. */
class ToolCommandsTest {

    private static final JavaClasses TOOLS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tidemark.demo", "dev.tidemark.bench");

    private static CommandLine command(String name) {
        return Objects.requireNonNull(Main.commandLine().getSubcommands().get(name), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "bench"})
    void command_isFound(String name) {
        Object command = command(name).getCommand();
        assertThat(command).isInstanceOf(ExtraCommand.class);
        assertThat(command.getClass().getPackageName()).isEqualTo("dev.tidemark." + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "bench"})
    void help_listsTheOptions(String name) {
        assertThat(command(name).getUsageMessage()).contains("--help", "--rows", "--source");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "bench"})
    void valueThatCannotBeConverted_isExplainedWithoutAnException(String name) {
        int tried = 0;
        for (OptionSpec option : command(name).getCommandSpec().options()) {
            if (option.arity().max() == 0 || option.type() == String.class || option.type() == Path.class) {
                continue;
            }
            tried++;
            StringWriter err = new StringWriter();
            int code = Main.commandLine().setErr(new PrintWriter(err)).execute(name, option.longestName(), "10x?");
            assertThat(code).as(option.longestName()).isEqualTo(2);
            assertThat(err.toString())
                    .as(option.longestName())
                    .contains("10x?")
                    .doesNotContain("Exception", "java.", "PropertyEditor", "cannot convert");
        }
        assertThat(tried).isGreaterThan(1);
    }

    @Test
    void debezium_isKnownToTheProbeOnly() {
        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.tidemark.bench.EngineProbe") // measures Debezium alone
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.debezium..", "org.apache.kafka..")
                .check(TOOLS);
    }

    @Test
    void output_ofTheBenchmark_isWrittenByItsCommand_andLogsGoThroughSlf4j() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("dev.tidemark.bench..")
                .and()
                .haveNameNotMatching(".*Command(\\$.*)?")
                .should()
                .accessField(System.class, "out")
                .check(TOOLS);
        ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging")
                .check(TOOLS);
    }
}
