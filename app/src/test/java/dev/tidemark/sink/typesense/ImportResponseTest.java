package dev.tidemark.sink.typesense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.Rejection;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ImportResponseTest {

    private static final String OK = "{\"success\":true}";

    @Test
    void parse_matchesByPosition_andSkipsBlankLines() {
        ImportResponse response = parse(
                "\n" + OK + "\n\n{\"code\":400,\"document\":\"{}\",\"error\":\"Bad.\",\"success\":false}\r\n \n" + OK
                        + "\n",
                3);
        assertThat(response.damage()).isNull();
        assertThat(response.rejections()).containsExactly(new Rejection(1, "400: Bad."));
    }

    /** Typesense sends a refused document back as one text. */
    @Test
    void parse_takesARefusal_howeverLargeTheDocumentIs() {
        ImportResponse response = parse(
                "{\"code\":400,\"document\":\"" + "x".repeat(21_000_000) + "\",\"error\":\"Bad.\",\"success\":false}",
                1);
        assertThat(response.damage()).isNull();
        assertThat(response.rejections()).containsExactly(new Rejection(0, "400: Bad."));
    }

    @Test
    void parse_tellsMissingFromRefused() {
        String missing = "{\"code\":404,\"document\":\"{}\",\"error\":\"Could not find a document with id: 7\","
                + "\"success\":false}";
        ImportResponse response =
                parse(OK + "\n" + missing + "\n{\"code\":400,\"error\":\"Bad.\",\"success\":false}", 3);
        assertThat(response.missing()).containsExactly(new Rejection(1, "404: Could not find a document with id: 7"));
        assertThat(response.rejections()).containsExactly(new Rejection(2, "400: Bad."));
    }

    @Test
    void parse_acceptsSuccess_howeverItIsWritten() {
        assertThat(parse("{ \"success\" : true , \"id\":\"1\"}\r\n" + OK, 2)).isEqualTo(parse(OK + "\n" + OK, 2));
    }

    @Test
    void parse_isDamaged_whenResultsAreMissingOrTooMany() {
        assertThat(parse(OK, 2).damage()).isEqualTo("1 results for 2 documents");
        assertThat(parse(OK + "\n" + OK, 1).damage()).isEqualTo("2 results for 1 documents");
        assertThat(parse("", 1).damage()).isNotNull();
    }

    @Test
    void parse_isDamaged_whenALineIsNoResult() {
        assertThat(parse("<html>", 1).damage()).isEqualTo("line 1 is not a result");
        assertThat(parse(OK + "\n{\"succ", 2).damage()).isEqualTo("line 2 is not a result");
        assertThat(parse(OK + OK, 1).damage()).isNotNull();
        assertThat(parse("{}", 1).damage()).isNotNull();
    }

    @Test
    void parse_isTrouble_whenTheServerFailsInTheMiddle() {
        assertThat(parse(OK + "\n{\"message\":\"Rejecting write\"}", 2).failure())
                .isEqualTo("Rejecting write");
        assertThat(parse("{\"code\":503,\"error\":\"Lagging\",\"success\":false}", 1)
                        .failure())
                .isEqualTo("503: Lagging");
        assertThat(parse("{\"code\":422,\"error\":\"x running out of resource type: y\",\"success\":false}", 1)
                        .failure())
                .isNotNull();
    }

    @Test
    void parse_rejects_whateverIsNotTrue() {
        assertThat(parse("{\"success\":null}", 1).rejections()).containsExactly(new Rejection(0, "no reason given"));
    }

    @Test
    void parse_shortensErrors() {
        String error = "x".repeat(100_000);
        ImportResponse response = parse("{\"error\":\"" + error + "\",\"success\":false}", 1);
        assertThat(response.rejections().get(0).error()).hasSizeLessThan(1_100);
    }

    private static ImportResponse parse(String body, int sent) {
        return ImportResponse.parse(body.getBytes(StandardCharsets.UTF_8), sent);
    }
}
