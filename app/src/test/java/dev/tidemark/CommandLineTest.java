package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What a newcomer types: every option of every command. */
class CommandLineTest {

    private final Path directory;

    CommandLineTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static List<CommandLine> all(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(each -> all.addAll(all(each)));
        return all;
    }

    @Test
    void valueThatCannotBeConverted_isExplainedWithoutAnException() {
        int tried = 0;
        for (CommandLine command : all(Main.commandLine())) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                Class<?> type = option.type();
                if (option.arity().max() == 0 || type == String.class || type == Path.class || type == List.class) {
                    continue;
                }
                tried++;
                List<String> words = new ArrayList<>(
                        List.of(command.getCommandSpec().qualifiedName(" ").split(" ")));
                words.remove(0);
                words.add(option.longestName());
                words.add("10x?");
                Commands.Ended ended = Commands.run(words.toArray(String[]::new));
                assertThat(ended.code()).as(words.toString()).isEqualTo(2);
                assertThat(ended.err())
                        .as(words.toString())
                        .contains("10x?")
                        .doesNotContain("Exception", "java.", "PropertyEditor", "cannot convert");
            }
        }
        assertThat(tried).isGreaterThan(5);
    }

    /** Module app/tools provides them, and is not on this class path, as in a distribution. */
    @ParameterizedTest
    @ValueSource(strings = {"demo", "bench"})
    void commandOfACheckout_namesItInOneLine(String name) {
        Commands.Ended ended = Commands.run(name, "--rows", "10");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().lines()).hasSize(1);
        assertThat(ended.err()).startsWith(name + ": ").contains("./tidemark " + name);
    }

    @Test
    void completion_isPrintedForEveryCommand() {
        Commands.Ended ended = Commands.run("generate-completion");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("#!/usr/bin/env bash");
        for (CommandLine command : all(Main.commandLine())) {
            assertThat(ended.out())
                    .contains("_picocli_"
                            + command.getCommandSpec().qualifiedName("_").replace("-", "") + "()");
        }
        assertThat(ended.out()).contains("'--sample'", "'--from'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10m", "2h", "3d", "2026-01-31", "2026-01-31T17:00:00Z", "2026-01-31T17:00:00+02:00"})
    void times_areTakenInTheFormsThatPeopleWrite(String time) throws Exception {
        Files.createDirectories(directory.resolve("state"));
        Commands.Ended ended = Commands.run("dead-letters", "list", "--since", time, "-c", configuration("k"));
        assertThat(ended.code()).as(ended.err()).isZero();
    }

    @Test
    void configuration_isThatOfTheWorkingDirectory_unlessNamed() {
        List<String> with = new ArrayList<>();
        for (CommandLine command : all(Main.commandLine())) {
            OptionSpec config = command.getCommandSpec().findOption("--config");
            if (config != null) {
                with.add(command.getCommandName());
                assertThat(config.required()).as(command.getCommandName()).isFalse();
            }
        }
        assertThat(with).contains("run", "check", "plan", "create", "list", "replay", "status", "load");
        Commands.Ended ended = Commands.run("check");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("tidemark.yml: there is no such file; name another one with -c");
    }

    @Test
    void keysCreate_needsNoSecret_butAKeyThatMayCreateKeys() throws Exception {
        Commands.Ended ended = Commands.run("keys", "create", "-c", configuration("${TIDEMARK_TEST_UNSET}"));
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .contains("export TYPESENSE_ADMIN_KEY=")
                .doesNotContain("TIDEMARK_TEST_UNSET", "is not set");
        Commands.Ended run = Commands.run("run", "-c", configuration("${TIDEMARK_TEST_UNSET}"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("environment variable TIDEMARK_TEST_UNSET is not set");
    }

    private String configuration(String secret) throws Exception {
        return Files.writeString(directory.resolve("tidemark.yml"), """
                        name: shop
                        source:
                          postgres: { host: 127.0.0.1, port: 1, database: shop, user: tidemark, password: "%1$s" }
                        sink:
                          typesense: { nodes: http://127.0.0.1:1, apiKey: "%1$s" }
                        http: { token: "%2$s" }
                        documents:
                          - table: public.products
                        """.formatted(
                                secret, secret.startsWith("$") ? secret : "a-token-of-18-chars"))
                .toString();
    }
}
