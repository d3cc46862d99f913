package dev.tidemark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.state.OffsetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Progress counts only with the position on which it relies. */
class LoadFileTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
    private static final Load BEGUN = Load.request(new TableId("public", "items"), TIME, Load.Cause.INITIAL, false)
            .begun(List.of("id INT32"))
            .upTo(List.of("id"), List.of("4711"), 4711);

    private final Path state;
    private final OffsetFile offsets;

    LoadFileTest(@TempDir Path state) throws Exception {
        this.state = state;
        this.offsets = OffsetFile.open(state);
        offsets.begin("shop", Map.of("lsn", 1));
        file().save(List.of(BEGUN));
    }

    /** As the next process opens it. */
    private LoadFile file() throws IOException {
        return new LoadFile(state, OffsetFile.open(state)::position);
    }

    private void assertStartsAgain() throws IOException {
        LoadFile file = file();
        assertThat(file.read()).singleElement().satisfies(load -> {
            assertThat(load.rows()).isZero();
            assertThat(load.after()).isEmpty();
            assertThat(load.sweeps())
                    .as("rows that were read may have been deleted since")
                    .isTrue();
            assertThat(load.cause()).isEqualTo(Load.Cause.INITIAL);
        });
        assertThat(file.startedAgain()).hasSize(1);
    }

    @Test
    void laterOffset_ofThePosition_keepsTheProgress() throws Exception {
        offsets.put(OffsetFile.entry("shop", Map.of("lsn", 2)));
        LoadFile file = file();
        assertThat(file.read()).containsExactly(BEGUN);
        assertThat(file.startedAgain()).isEmpty();
    }

    @Test
    void anotherPosition_startsTheLoadAgain() throws Exception {
        offsets.begin("shop", Map.of("lsn", 1));
        assertStartsAgain();
    }

    @Test
    void clearedPosition_startsTheLoadAgain() throws Exception {
        OffsetFile.remove(state);
        assertStartsAgain();
    }

    @Test
    void restoredPosition_startsTheLoadAgain() throws Exception {
        OffsetFile.renew(state);
        assertStartsAgain();
    }

    /** Between the clearing of a position and the fixing of the next one. */
    @Test
    void progressWithoutAPosition_neverCounts() throws Exception {
        offsets.clear();
        file().save(List.of(BEGUN));
        assertStartsAgain();
        offsets.begin("shop", Map.of("lsn", 2));
        assertStartsAgain();
    }

    @Test
    void fileOfANewerVersion_isRejected() throws Exception {
        Path file = state.resolve("loads.json");
        Files.writeString(file, Files.readString(file).replace("tidemark-2", "tidemark-9"));
        assertThatThrownBy(() -> file().read())
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("loads.json", "another version of Tidemark", "tidemark-9");
    }
}
