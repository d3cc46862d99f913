package dev.tidemark.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LayoutTest {

    private final LoggerContext context = new LoggerContext();

    private LoggingEvent event(String message, @Nullable Throwable thrown) {
        return new LoggingEvent(
                "fqcn",
                context.getLogger("dev.tidemark.flush.FlushWorker"),
                Level.WARN,
                message,
                thrown,
                new Object[0]);
    }

    @Test
    void text_isOneLineWithTheShortLogger() {
        assertThat(new TextLayout().doLayout(event("hello", null)))
                .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z WARN  \\[.+] FlushWorker - hello\n");
    }

    @Test
    void json_isOneObjectALine_whateverTheMessage() throws Exception {
        String line = new JsonLayout().doLayout(event("two\nlines \"quoted\"", new IllegalStateException("boom")));
        assertThat(line).endsWith("}\n").doesNotContain("\n{");
        assertThat(line.strip().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.get("message").asText()).isEqualTo("two\nlines \"quoted\"");
        assertThat(json.get("level").asText()).isEqualTo("WARN");
        assertThat(json.get("error").asText()).contains("boom");
    }

    @Test
    void figures_areFieldsOrWords_andEachJsonLineTellsTheRun() throws Exception {
        LoggingEvent event = event("flushed", null);
        event.addKeyValuePair(new KeyValuePair("documents", 12L));
        event.addKeyValuePair(new KeyValuePair("committed", "LSN 0/5"));
        assertThat(new TextLayout().doLayout(event)).endsWith(" - flushed documents=12 committed=\"LSN 0/5\"\n");
        JsonNode json = new ObjectMapper().readTree(new JsonLayout().doLayout(event));
        assertThat(json.get("documents").isNumber()).isTrue();
        assertThat(json.get("committed").asText()).isEqualTo("LSN 0/5");
        assertThat(json.get("run").asText()).matches("[0-9a-f]{8}").isEqualTo(RunId.value());
    }

    @Test
    void json_hasWhatALineIsAbout_andTextOnlyItsMessage() throws Exception {
        RunId.pipeline("shop");
        try {
            LoggingEvent event = event("rejected", null);
            event.addKeyValuePair(new KeyValuePair("collection", "products"));
            event.addKeyValuePair(new KeyValuePair("table", new TableId("public", "products")));
            event.addKeyValuePair(new KeyValuePair("id", "4711"));
            JsonNode json = new ObjectMapper().readTree(new JsonLayout().doLayout(event));
            assertThat(json.get("pipeline").asText()).isEqualTo("shop");
            assertThat(json.get("collection").asText()).isEqualTo("products");
            assertThat(json.get("table").asText()).isEqualTo("public.products");
            assertThat(json.get("id").asText()).isEqualTo("4711");
            assertThat(new TextLayout().doLayout(event)).endsWith(" - rejected\n");
        } finally {
            RunId.pipeline("");
        }
    }

    @Test
    void secrets_areStars_inFigures() {
        Masking.add(List.of(new Secret("s3cr\"et-password")));
        LoggingEvent event = event("flushed", null);
        event.addKeyValuePair(new KeyValuePair("of", "s3cr\"et-password"));
        for (String line : List.of(new TextLayout().doLayout(event), new JsonLayout().doLayout(event))) {
            assertThat(line).doesNotContain("s3cr").contains("***");
        }
    }

    @Test
    void secrets_areStars_inMessagesAndTraces() {
        Masking.add(List.of(new Secret("s3cr\"et-password"), new Secret("abc")));
        LoggingEvent event = event("password=s3cr\"et-password abc", new IllegalStateException("s3cr\"et-password"));
        for (String line : List.of(new TextLayout().doLayout(event), new JsonLayout().doLayout(event))) {
            assertThat(line).doesNotContain("s3cr").contains("***").contains("abc");
        }
    }

    @Test
    void secrets_areStars_wholeAndAsTheyStandInAddresses() {
        Masking.add(List.of(new Secret("tide"), new Secret("tide-and-time"), new Secret("p@ss/word")));
        assertThat(new TextLayout().doLayout(event("tide-and-time p%40ss%2Fword p@ss/word", null)))
                .endsWith("*** *** ***\n");
    }

    @Test
    void text_cannotBeForgedByAValue() {
        String line = new TextLayout().doLayout(event("id 'a\n2026-01-01T00:00:00Z ERROR [x] forged\u001b[2J'", null));
        assertThat(line).contains("\n    2026-01-01").doesNotContain("\u001b");
    }
}
