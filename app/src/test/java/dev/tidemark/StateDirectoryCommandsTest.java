package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryCommandsTest {

    private final Path directory;

    StateDirectoryCommandsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offsets clear --yes",
                "approve",
                "approve row-not-found-1 --abandon",
                "dead-letters list",
                "dead-letters replay --all",
                "dead-letters discard --all --yes"
            })
    void stateFolderThatIsNotThere_isNamed_andNotMade(String command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("-c", config()));
        Commands.Ended ended = Commands.run(words.toArray(String[]::new));
        assertThat(ended.code()).isEqualTo(ExitCode.REJECTED);
        assertThat(ended.err())
                .contains("there is no state directory " + directory.resolve("state"))
                .contains("with which the service runs");
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void clear_namesTheFolder() throws Exception {
        Files.createDirectory(directory.resolve("state"));
        Commands.Ended ended = Commands.run("offsets", "clear", "--yes", "-c", config());
        assertThat(ended.code()).isEqualTo(ExitCode.DONE);
        assertThat(ended.out()).contains(directory.resolve("state").toString());
    }

    @Test
    void approve_storesTheDecision_whenNoServiceRuns() throws Exception {
        Path state = Files.createDirectory(directory.resolve("state"));
        String id = Approvals.open(state)
                .raise(new Approval(
                        "",
                        "history",
                        "source",
                        "2026-01-01T00:00:00Z",
                        "another history",
                        "load",
                        "stay",
                        0,
                        List.of(),
                        null))
                .id();

        assertThat(Commands.run("approve", "-c", config()).out()).contains(id, "another history", "approve: load");
        Commands.Ended unknown = Commands.run("approve", "history-7", "-c", config());
        assertThat(unknown.code()).isEqualTo(ExitCode.REJECTED);
        assertThat(unknown.err()).contains("'history-7'", id);
        assertThat(Commands.run("approve", "--abandon", "-c", config()).code()).isEqualTo(ExitCode.REJECTED);
        Commands.Ended decided = Commands.run("approve", id, "--json", "-c", config());
        assertThat(decided.code()).isEqualTo(ExitCode.DONE);
        assertThat(decided.out()).contains("\"verdict\":\"approved\"");
        assertThat(Approvals.open(state).verdict(id)).isEqualTo(Approval.Verdict.APPROVED);
        assertThat(Commands.run("approve", id, "--abandon", "-c", config()).code())
                .isEqualTo(ExitCode.REJECTED);
    }

    private String config() throws Exception {
        return Files.writeString(directory.resolve("tidemark.yml"), """
                name: shop
                state: "%s"
                source:
                  postgres: { host: 127.0.0.1, database: shop, user: tidemark, password: p }
                sink:
                  typesense: { nodes: ["http://127.0.0.1:1"], apiKey: k }
                documents:
                  - table: public.products
                """.formatted(directory.resolve("state")))
                .toString();
    }
}
