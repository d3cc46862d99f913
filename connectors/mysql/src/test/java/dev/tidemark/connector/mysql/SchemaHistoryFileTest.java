package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaHistoryFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private SchemaHistoryFile file() {
        return SchemaHistoryFile.in(folder.resolve("state"));
    }

    @Test
    void whatIsAppended_isReadAgain_inItsOrder() throws IOException {
        assertThat(file().isEmpty()).isTrue();
        file().append("{\"ddl\": \"CREATE TABLE é\"}");
        file().append("{\"ddl\": \"second\"}");
        assertThat(file().read()).containsExactly("{\"ddl\": \"CREATE TABLE é\"}", "{\"ddl\": \"second\"}");
        file().clear();
        assertThat(file().isEmpty()).isTrue();
    }

    @Test
    void processThatDiedWhileItAppended_leavesNothing_whereverItWas() throws IOException {
        file().append("first");
        byte[] before = Files.readAllBytes(file().path());
        file().append("second");
        byte[] whole = Files.readAllBytes(file().path());
        for (int length = before.length; length < whole.length; length++) {
            Files.write(file().path(), Arrays.copyOf(whole, length));
            assertThat(file().read()).containsExactly("first");
            file().mend();
            file().append("again");
            assertThat(file().read()).containsExactly("first", "again");
        }
    }

    @Test
    void damage_isTold_withFileAndLine() throws IOException {
        file().append("first");
        file().append("second");
        byte[] bytes = Files.readAllBytes(file().path());
        bytes[12] ^= 1;
        Files.write(file().path(), bytes);
        assertThatThrownBy(() -> file().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining(SchemaHistoryFile.NAME);
        assertThatThrownBy(() -> file().mend()).isInstanceOf(IOException.class);
        assertThat(Files.readAllBytes(file().path())).isEqualTo(bytes);
    }

    @Test
    void linesOfSomethingElse_areDamage() throws IOException {
        file().append("first");
        Files.write(file().path(), "x\n".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        assertThatThrownBy(() -> file().read()).hasMessageContaining("line 2");
    }
}
