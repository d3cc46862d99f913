package dev.tidemark.sink.typesense.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class PathsTest {

    @Test
    void segment_encodesWhatHasAMeaning() {
        assertThat(Paths.segment("a b/c?d#e%f+g*h&i`j\\k")).isEqualTo("a%20b%2Fc%3Fd%23e%25f%2Bg%2Ah%26i%60j%5Ck");
        assertThat(Paths.segment("é日\n")).isEqualTo("%C3%A9%E6%97%A5%0A");
        assertThat(Paths.segment("A.b-c_1")).isEqualTo("A.b-c_1");
    }

    @Test
    void segment_encodesDots_whenThereIsNothingElse() {
        assertThat(Paths.segment(".")).isEqualTo("%2E");
        assertThat(Paths.segment("..")).isEqualTo("%2E%2E");
        assertThat(URI.create("http://x" + Paths.document("c", "..")).getRawPath())
                .isEqualTo("/collections/c/documents/%2E%2E");
    }

    @Test
    void segment_refusesTheEmptyId() {
        assertThatThrownBy(() -> Paths.document("c", "")).isInstanceOf(IllegalArgumentException.class);
    }
}
