package dev.tidemark.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

    private final DurableFile file;

    DurableFileTest(@TempDir Path folder) throws Exception {
        file = new DurableFile(folder.resolve("offsets.json"));
        file.write("{}");
    }

    @Test
    void whatWasWritten_isRead() throws Exception {
        assertThat(file.read()).contains("{}");
    }

    @Test
    void formatOfANewerVersion_isNotCalledDamage() throws Exception {
        Files.writeString(file.path(), Files.readString(file.path()).replace("tidemark-1 ", "tidemark-2 "));
        assertThatThrownBy(file::read)
                .isInstanceOf(OtherFormatException.class)
                .hasMessageContainingAll(
                        file.path().toString(), "its format is tidemark-2, this version reads tidemark-1");
    }

    @Test
    void changedContent_isDamage() throws Exception {
        Files.writeString(file.path(), Files.readString(file.path()) + " ");
        assertThatThrownBy(file::read).isInstanceOf(DamagedFileException.class).hasMessageContaining("is damaged");
    }
}
