package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.tidemark.config.Config;
import dev.tidemark.golden.Golden;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The form of each file of the state directory, as the service's own writers write it. */
class StateFormsTest {

    @Test
    void eachFile_isFrozen(@TempDir Path directory) throws Exception {
        Config config = GoldenShop.config(directory);
        Files.createDirectories(config.state());
        GoldenState state = new GoldenState(config);
        state.load();
        state.collections();
        state.start();
        state.rest();
        List<Executable> checks = new ArrayList<>();
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(config.state())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = config.state().relativize(file).toString();
                names.add(name);
                checks.add(() -> isFrozen("state/" + name, file));
            }
        }
        checks.add(() -> Golden.assertEquals("state/names.txt", String.join("\n", names)));
        assertAll(checks);
    }

    private static void isFrozen(String name, Path file) throws IOException {
        if (name.endsWith(".json")) {
            Golden.assertJson(
                    name, withoutTexts(DurableFile.inFormat(3, file).read().orElseThrow()));
        } else if (name.endsWith(".ids")) {
            String hex = HexFormat.of().formatHex(Files.readAllBytes(file));
            Golden.assertEquals(name + ".hex", hex.replaceAll("(.{64})", "$1\n"));
        } else {
            Golden.assertEquals(name, Files.readString(file));
        }
    }

    /** Sentences for operators are stored and may be worded otherwise at any time; nothing reads them. */
    private static String withoutTexts(String json) {
        return json.replaceAll("\"position\" ?: ?\"[^\"]*\"", "\"position\":\"<id>\"")
                .replaceAll("\"millis\" ?: ?\\d+", "\"millis\":\"<millis>\"")
                .replaceAll("\"(message|approving|abandoning)\" ?: ?\"[^\"]*\"", "\"$1\":\"<text>\"");
    }

    @Test
    void durableFile_isFrozen(@TempDir Path directory) throws Exception {
        DurableFile file = new DurableFile(directory.resolve("file.json"));
        file.write("{\n  \"key\" : \"value\"\n}");
        Golden.assertEquals("durable-file.json", Files.readString(file.path()));
        DurableFile text = new DurableFile(directory.resolve("file"));
        text.write("value");
        Golden.assertEquals("durable-file.txt", Files.readString(text.path()));
        assertThat(file.read()).contains("{\n  \"key\" : \"value\"\n}");
    }
}
