package dev.tidemark.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.LoadHours;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadSelectionTest {

    private static final TableId ITEMS = new TableId("public", "items");

    @TempDir
    private Path state = Path.of("");

    private String content() throws IOException {
        return Files.readString(state.resolve("loads.json"));
    }

    @Test
    void selection_isKept() throws Exception {
        Load part =
                Load.requested(ITEMS, Instant.now(), new RowSelection("n > 1", List.of("a", "b"), List.of("x:y", "2")));
        new LoadFile(state, () -> null).save(List.of(part));
        assertThat(new LoadFile(state, () -> null).read()).containsExactly(part);
        assertThat(part.sweeps()).isFalse();
        assertThat(part.mayHold()).isTrue();
    }

    @Test
    void loadOfAllRows_isWrittenAsBefore() throws Exception {
        new LoadFile(state, () -> null).save(List.of(Load.requested(ITEMS, Instant.now(), RowSelection.ALL)));
        assertThat(content()).doesNotContain("where", "from");
    }

    @Test
    void fileOfANewerVersion_isNotReadWithoutWhatItSays() throws Exception {
        new LoadFile(state, () -> null).save(List.of(Load.requested(ITEMS, Instant.now(), RowSelection.ALL)));
        DurableFile file = new DurableFile(state.resolve("loads.json"));
        file.write(file.read().orElseThrow().replace("\"sweeps\"", "\"sample\" : 10, \"sweeps\""));
        assertThatThrownBy(() -> new LoadFile(state, () -> null).read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer version")
                .hasMessageContaining("sample");
    }

    @Test
    void requestThatTheServiceNeeds_isOfAllRows() {
        Load part = Load.requested(ITEMS, Instant.now(), new RowSelection("n > 1", List.of(), List.of()));
        Load again = part.again(Instant.now());
        assertThat(again.selection().isPart()).isFalse();
        assertThat(again.sweeps()).isTrue();
        assertThat(again.isAutomatic()).isTrue();
        // What the stream has written into a new collection may have lost its row without the log.
        assertThat(Load.request(ITEMS, Instant.now(), Load.Cause.INITIAL, false)
                        .again(Instant.now())
                        .sweeps())
                .isTrue();
        assertThat(part.fromStart().selection()).isEqualTo(part.selection());
    }

    @Test
    void schedule_holdsOnlyLoadsThatAreNotInitial() {
        LoadHours night = new LoadHours(LocalTime.of(22, 0), LocalTime.of(6, 0));
        assertThat(night.contains(LocalTime.of(22, 0))).isTrue();
        assertThat(night.contains(LocalTime.of(5, 59))).isTrue();
        assertThat(night.contains(LocalTime.of(6, 0))).isFalse();
        LoadHours lunch = new LoadHours(LocalTime.of(12, 0), LocalTime.of(13, 30));
        assertThat(lunch.contains(LocalTime.MIDNIGHT)).isFalse();
        assertThat(lunch.contains(LocalTime.of(13, 29))).isTrue();
        LoadSchedule schedule = new LoadSchedule(night, () -> LocalTime.NOON);
        for (Load.Cause cause : Load.Cause.values()) {
            Load load = Load.request(ITEMS, Instant.now(), cause, true);
            if (cause == Load.Cause.INITIAL) {
                assertThat(schedule.waitsUntil(load)).isEmpty();
            } else {
                assertThat(schedule.waitsUntil(load)).contains("22:00");
            }
        }
        assertThat(new LoadSchedule(night, () -> LocalTime.MIDNIGHT)
                        .waitsUntil(Load.request(ITEMS, Instant.now(), Load.Cause.REQUESTED, true)))
                .isEmpty();
    }
}
