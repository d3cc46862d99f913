package dev.tidemark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

    private final DurableFile file;

    DurableFileTest(@TempDir Path directory) throws Exception {
        file = new DurableFile(directory.resolve("offsets.json"));
        file.write("{}");
    }

    @Test
    void whatWasWritten_isRead() throws Exception {
        assertThat(file.read()).contains("{}");
    }

    /** Whoever opens a file of that name takes it for what the name says. */
    @Test
    void fileNamedJson_isJson() throws Exception {
        for (String content : List.of("{}", "{\n  \"a\": \"\u00e9\"\n}", "[1]", "\"\\n}\\n\"")) {
            file.write(content);
            JsonNode json = new ObjectMapper().readTree(file.path().toFile());
            assertThat(json.path("content")).isEqualTo(new ObjectMapper().readTree(content));
            assertThat(file.read()).contains(content);
        }
    }

    @Test
    void fileOfAnEarlierVersion_isRead_andReplaced() throws Exception {
        CRC32C checksum = new CRC32C();
        checksum.update("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        Files.writeString(file.path(), String.format("tidemark-1 %08x\n{\"a\":1}", checksum.getValue()));
        assertThat(file.read()).contains("{\"a\":1}");
        Files.writeString(file.path(), Files.readString(file.path()).replace("tidemark-1 ", "tidemark-7 "));
        assertThatThrownBy(file::read).isInstanceOf(OtherFormatException.class);
    }

    @Test
    void cutOffFile_isDamage() throws Exception {
        file.write("{\"a\":[1,2,3]}");
        String whole = Files.readString(file.path());
        for (int length = 0; length < whole.length(); length++) {
            Files.writeString(file.path(), whole.substring(0, length));
            assertThatThrownBy(file::read).as("%s characters", length).isInstanceOf(DamagedFileException.class);
        }
    }

    @Test
    void formatOfANewerVersion_isNotCalledDamage() throws Exception {
        Files.writeString(file.path(), Files.readString(file.path()).replace("\"tidemark-2\"", "\"tidemark-3\""));
        assertThatThrownBy(file::read)
                .isInstanceOf(OtherFormatException.class)
                .hasMessageContainingAll(
                        file.path().toString(), "its format is tidemark-3, this version reads tidemark-2");
    }

    @Test
    void changedContent_isDamage() throws Exception {
        Files.writeString(file.path(), Files.readString(file.path()) + " ");
        assertThatThrownBy(file::read).isInstanceOf(DamagedFileException.class).hasMessageContaining("is damaged");
    }
}
