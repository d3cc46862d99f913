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

class StateFolderCommandsTest {

    private final Path folder;

    StateFolderCommandsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offsets clear --yes",
                "dead-letters list",
                "dead-letters replay --all",
                "dead-letters discard --all --yes"
            })
    void stateFolderThatIsNotThere_isNamed_andNotMade(String command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("-c", config()));
        Commands.Ended ended = Commands.run(words.toArray(String[]::new));
        assertThat(ended.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(ended.err())
                .contains("there is no state folder " + folder.resolve("state"))
                .contains("where the service runs");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void clear_namesTheFolder() throws Exception {
        Files.createDirectory(folder.resolve("state"));
        Commands.Ended ended = Commands.run("offsets", "clear", "--yes", "-c", config());
        assertThat(ended.code()).isEqualTo(ExitCode.DONE);
        assertThat(ended.out()).contains(folder.resolve("state").toString());
    }

    private String config() throws Exception {
        return Files.writeString(folder.resolve("tidemark.yml"), """
                name: shop
                state: "%s"
                source:
                  postgres: { host: 127.0.0.1, database: shop, user: tidemark, password: p }
                sink:
                  typesense: { nodes: ["http://127.0.0.1:1"], apiKey: k }
                documents:
                  - table: public.products
                """.formatted(folder.resolve("state")))
                .toString();
    }
}
