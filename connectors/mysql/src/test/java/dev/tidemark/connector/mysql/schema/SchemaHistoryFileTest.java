package dev.tidemark.connector.mysql.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaHistoryFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private SchemaHistoryFile file() {
        return SchemaHistoryFile.in(directory.resolve("state"));
    }

    private List<String> records() throws IOException {
        List<String> records = new ArrayList<>();
        file().forEach(records::add);
        assertThat(file().count()).isEqualTo(records.size());
        return records;
    }

    @Test
    void whatIsAppended_isReadAgain_inItsOrder() throws IOException {
        assertThat(file().isEmpty()).isTrue();
        file().append("{\"ddl\": \"CREATE TABLE é\"}");
        file().append("{\"ddl\": \"second\"}");
        assertThat(records()).containsExactly("{\"ddl\": \"CREATE TABLE é\"}", "{\"ddl\": \"second\"}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
        file().clear();
        assertThat(file().isEmpty()).isTrue();
    }

    @Test
    void form_isFrozen() throws IOException {
        file().append("{\"ddl\": \"second\"}");
        assertThat(file().path().getFileName()).hasToString("schema-history.jsonl");
        assertThat(Files.readString(file().path())).isEqualTo("efd309e3 {\"ddl\": \"second\"}\n");
    }

    @Test
    void processThatDiedWhileItAppended_leavesNothing_whereverItWas() throws IOException {
        file().append("first");
        byte[] before = Files.readAllBytes(file().path());
        file().append("second");
        byte[] whole = Files.readAllBytes(file().path());
        for (int length = before.length; length < whole.length; length++) {
            Files.write(file().path(), Arrays.copyOf(whole, length));
            assertThat(records()).containsExactly("first");
            file().repair();
            file().append("again");
            assertThat(records()).containsExactly("first", "again");
        }
    }

    @Test
    void damage_isTold_withFileAndLine() throws IOException {
        file().append("first");
        file().append("second");
        byte[] bytes = Files.readAllBytes(file().path());
        bytes[12] ^= 1;
        Files.write(file().path(), bytes);
        assertThatThrownBy(this::records)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining(SchemaHistoryFile.NAME);
        assertThatThrownBy(() -> file().repair()).isInstanceOf(IOException.class);
        assertThat(Files.readAllBytes(file().path())).isEqualTo(bytes);
    }

    @Test
    void linesOfSomethingElse_areDamage() throws IOException {
        file().append("first");
        Files.write(file().path(), "x\n".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        assertThatThrownBy(this::records).hasMessageContaining("line 2");
    }

    @Test
    void aShorterHistory_takesThePlaceOfTheLongOne_andAnotherDoesNot() throws IOException {
        for (int i = 0; i < 100; i++) {
            file().append("a record that is as good as the one before it");
        }
        byte[] before = Files.readAllBytes(file().path());
        assertThat(file().replaceIfSmaller(out -> file().forEach(out))).isFalse();
        assertThat(Files.readAllBytes(file().path())).isEqualTo(before);
        assertThat(file().replaceIfSmaller(out -> out.accept("é"))).isTrue();
        assertThat(records()).containsExactly("é");
        file().append("next");
        assertThat(records()).containsExactly("é", "next");
        try (Stream<Path> files = Files.list(file().path().getParent())) {
            assertThat(files).containsExactly(file().path());
        }
    }

    @Test
    void aReplacementThatFails_leavesTheHistoryAsItWas() throws IOException {
        file().append("first");
        assertThatThrownBy(() -> file().replaceIfSmaller(out -> {
                    out.accept("x");
                    throw new IOException("no space");
                }))
                .hasMessage("no space");
        assertThat(records()).containsExactly("first");
    }
}
