package dev.tidemark.document.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FieldPatternsTest {

    private static final Map<String, Object> JAPANESE = Map.of("infix", true, "locale", "ja");

    private static final FieldPatterns PATTERNS = new FieldPatterns(new CollectionInfo(
            "c",
            List.of(
                    new SinkField(".*_txt", "string", false, true, true, true, JAPANESE),
                    new SinkField(".*_any", "auto", false, true, true, false, JAPANESE)),
            true,
            null,
            0));

    @Test
    void covering_keepsWhatThePatternSays() {
        assertThat(PATTERNS.covering(planned("name_txt", "string", null)))
                .isEqualTo(new SinkField("name_txt", "string", false, true, true, true, JAPANESE));
        assertThat(PATTERNS.covering(planned("name_txt", "string", false)))
                .isEqualTo(new SinkField("name_txt", "string", false, true, true, false, JAPANESE));
        assertThat(PATTERNS.covering(planned("name_any", "string", null)))
                .isEqualTo(new SinkField("name_any", "string", false, true, true, null, JAPANESE));
    }

    @Test
    void covering_givesNumbersNothingOfTexts() {
        assertThat(PATTERNS.covering(planned("n_any", "int64", null)))
                .isEqualTo(new SinkField("n_any", "int64", false, true, true, null));
    }

    private static SinkField planned(String name, String type, @Nullable Boolean sort) {
        return new SinkField(name, type, false, false, true, sort);
    }
}
