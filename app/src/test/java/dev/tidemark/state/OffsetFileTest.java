package dev.tidemark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetFileTest {

    private static final Map<String, Object> OFFSET = Map.of("lsn", 7L);

    private final Path state;
    private final OffsetFile offsets;

    OffsetFileTest(@TempDir Path state) throws Exception {
        this.state = state;
        this.offsets = OffsetFile.open(state);
        offsets.begin("shop", OFFSET);
    }

    private String id() throws Exception {
        return String.valueOf(OffsetFile.open(state).position());
    }

    @Test
    void idOfAPosition_staysWhileOffsetsFollow_andChangesWithThePosition() throws Exception {
        String first = id();
        assertThat(offsets.position()).isEqualTo(first);
        offsets.put(OffsetFile.entry("shop", Map.of("lsn", 8L)));
        assertThat(id()).isEqualTo(first);
        offsets.begin("shop", OFFSET);
        assertThat(id()).isNotEqualTo(first).isEqualTo(offsets.position());
        String second = id();
        OffsetFile.renew(state);
        assertThat(id()).isNotEqualTo(second);
        assertThat(OffsetFile.open(state).offset()).contains(OFFSET);
    }

    @Test
    void clearedPosition_hasNoId() throws Exception {
        offsets.clear();
        assertThat(offsets.position()).isNull();
        assertThat(OffsetFile.open(state).position()).isNull();
        OffsetFile.renew(state);
        assertThat(state.resolve("offsets.json")).doesNotExist();
    }

    @Test
    void offsetOfAnEarlierVersion_isResumedFrom_andGetsAnId() throws Exception {
        new DurableFile(state.resolve("offsets.json")).write("{\"[\\\"shop\\\",{}]\":\"{\\\"lsn\\\":7}\"}");
        OffsetFile earlier = OffsetFile.open(state);
        assertThat(earlier.offset()).contains(OFFSET);
        assertThat(earlier.position()).isNull();
        earlier.identify();
        String id = id();
        assertThat(id).isEqualTo(earlier.position()).isNotEqualTo("null");
        earlier.identify();
        assertThat(id()).isEqualTo(id);
    }

    /** It would stream on, and ignore the loads that are not done. */
    @Test
    void earlierVersion_rejectsTheFile() {
        assertThatThrownBy(new DurableFile(state.resolve("offsets.json"))::read)
                .isInstanceOf(OtherFormatException.class)
                .hasMessageContainingAll("another version of Tidemark", "tidemark-3", "tidemark-2");
    }

    @Test
    void damagedFile_isLeftToTheStart() throws Exception {
        Files.writeString(state.resolve("offsets.json"), "damaged");
        OffsetFile.renew(state);
        assertThat(state.resolve("offsets.json")).hasContent("damaged");
    }
}
