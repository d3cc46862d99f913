package dev.tidemark.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.health.PipelineStatus;
import java.time.Instant;

/** Takes a sample of the history, which the page itself takes every few seconds only. */
public final class HistoryForm {

    private HistoryForm() {}

    /** Returns the history of one sample as {@code GET /api/history} answers it. */
    public static JsonNode of(PipelineStatus status, Instant time) {
        History history = new History();
        history.take(status, time);
        return new ObjectMapper().valueToTree(history.view());
    }
}
