package dev.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentsTest {

    private static final String DOCUMENT =
            "{\"id\":\"1\",\"price\":12.0,\"tags\":[\"a\",\"b\"],\"attributes\":{\"weight\":3,\"material\":\"oak\"}}";

    private static Contents contents(String... documents) throws IOException {
        Contents contents = new Contents();
        for (String document : documents) {
            contents.add(new ObjectMapper().readTree(document));
        }
        return contents;
    }

    @Test
    void orderOfFieldsAndSpellingOfNumbers_doNotCount() throws IOException {
        Contents other = contents(
                "{\"id\":\"2\"}",
                "{\"attributes\":{\"material\":\"oak\",\"weight\":3.0},\"price\":12,\"tags\":[\"a\",\"b\"],\"id\":\"1\"}");
        assertThatCode(() -> contents(DOCUMENT, "{\"id\":\"2\"}").requireEqual(other, "test"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"1\",\"price\":12.5,\"tags\":[\"a\",\"b\"],\"attributes\":{\"weight\":3,\"material\":\"oak\"}}",
                "{\"id\":\"1\",\"price\":12.0,\"tags\":[\"b\",\"a\"],\"attributes\":{\"weight\":3,\"material\":\"oak\"}}",
                "{\"id\":\"1\",\"price\":\"12\",\"tags\":[\"a\",\"b\"],\"attributes\":{\"weight\":3,\"material\":\"oak\"}}",
                "{\"id\":\"1\",\"price\":12.0,\"tags\":[\"a\",\"b\"],\"attributes\":{\"weight\":3}}",
                "{\"id\":\"1\",\"price\":12.0,\"tags\":[\"a\",\"b\"]}"
            })
    void difference_isReportedWithBothDocuments(String other) {
        assertThatThrownBy(() -> contents(DOCUMENT).requireEqual(contents(other), "after the load"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("after the load", "1 of 1", DOCUMENT, other);
    }

    @Test
    void missingOrFurtherDocument_isReported() {
        assertThatThrownBy(() -> contents(DOCUMENT).requireEqual(contents(), "test"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> contents().requireEqual(contents(DOCUMENT), "test"))
                .isInstanceOf(IllegalStateException.class);
    }
}
