package dev.tidemark.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedFilesTest {

    private static final long PLENTY = 1L << 30;

    private final Path directory;
    private final Path file;
    private final byte[] intact;

    DamagedFilesTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        file = directory.resolve("products.jsonl");
        try (DeadLetters deadLetters = DeadLetters.open(directory, PLENTY)) {
            deadLetters.append(List.of(
                    Letters.of("products", "1", 1), Letters.of("products", "2", 2), Letters.of("products", "3", 3)));
        }
        intact = Files.readAllBytes(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":\"4\",\"coll", "{\"id\":\"4\",\"coll\n", "\0\0\0\0", "{}", "{}\n", "\n", "\u00ff"})
    void open_cutsOffATornEnd(String torn) throws Exception {
        Files.write(file, torn.getBytes(StandardCharsets.ISO_8859_1), StandardOpenOption.APPEND);
        assertThat(Letters.ids(directory)).as("read alongside a writer").containsExactly("1", "2", "3");
        try (DeadLetters deadLetters = DeadLetters.open(directory, PLENTY)) {
            assertThat(Files.readAllBytes(file)).isEqualTo(intact);
            deadLetters.append(List.of(Letters.of("products", "5", 5)));
        }
        assertThat(Letters.ids(directory)).containsExactly("1", "2", "3", "5");
    }

    @Test
    void read_survivesACutAtEveryByte() throws Exception {
        List<Integer> ends = List.of(intact.length / 3, intact.length / 3 * 2);
        for (int length = 0; length < intact.length; length++) {
            int whole = length < ends.get(0) ? 0 : length < ends.get(1) ? 1 : 2;
            DeadLetterIndex index = DeadLetterIndex.read(new ByteArrayInputStream(intact, 0, length), file);
            assertThat(index.pending().size()).as("cut at %s", length).isEqualTo(whole);
            assertThat(index.intactBytes() + index.tornBytes()).isEqualTo(length);
        }
    }

    @Test
    void open_failsLoudly_whenALineInTheMiddleIsDamaged() throws Exception {
        String damaged = new String(intact, StandardCharsets.UTF_8).replace("\"position\":2", "\"position\"#2");
        Files.writeString(file, damaged);
        assertThatThrownBy(() -> DeadLetters.open(directory, PLENTY))
                .isInstanceOf(DamagedDeadLettersException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("line 2")
                .hasMessageContaining("correct or remove that line");
        assertThatThrownBy(() -> Letters.read(directory)).isInstanceOf(DamagedDeadLettersException.class);
        assertThat(Files.readString(file)).as("nothing is changed").isEqualTo(damaged);
    }

    @Test
    void open_failsLoudly_whenAFileHoldsAnotherCollection() throws Exception {
        Files.move(file, directory.resolve("orders.jsonl"));
        assertThatThrownBy(() -> DeadLetters.open(directory, PLENTY))
                .isInstanceOf(DamagedDeadLettersException.class)
                .hasMessageContaining("orders.jsonl, line 1")
                .hasMessageContaining("products.jsonl");
    }

    @Test
    void open_ignoresFilesThatAreNotOurs() throws Exception {
        Files.writeString(directory.resolve("README"), "notes of the operator");
        DeadLetters.open(directory, PLENTY).close();
        assertThat(directory.resolve("README")).exists();
        assertThat(Letters.ids(directory)).containsExactly("1", "2", "3");
    }
}
