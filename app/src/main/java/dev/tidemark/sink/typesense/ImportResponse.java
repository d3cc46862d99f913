package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an import: one line for each document, matched by position, because the lines contain no ids. Anything without
 * {@code "success":true} is a failure.
 *
 * @param rejections the documents that were rejected, by their index in the request
 * @param missing those that are to be updated and do not exist (404 lines), with the server's message
 * @param damage why the entire answer cannot be trusted, or null
 * @param failure the error of the server itself that a line reports: the full request is to be sent again; or null
 */
record ImportResponse(
        List<Rejection> rejections,
        List<Rejection> missing,
        @Nullable String damage,
        @Nullable String failure) {

    private static final byte[] SUCCESS = "{\"success\":true}".getBytes(StandardCharsets.UTF_8);
    /** A server's reason may quote the document: enough to understand it, not enough to fill the dead letters. */
    private static final int ERROR = 1_000;

    /** Reads the answer to a request of {@code sent} lines. */
    static ImportResponse parse(byte[] body, int sent) {
        List<Rejection> rejections = new ArrayList<>();
        List<Rejection> missing = new ArrayList<>();
        int index = 0;
        int start = 0;
        while (start < body.length) {
            int end = lineEnd(body, start);
            if (!isBlank(body, start, end)) {
                if (!isSuccess(body, start, end)) {
                    JsonNode line = Json.parse(body, start, end);
                    if (!line.has("success")) {
                        return line.path("message").isTextual()
                                ? failed(line.path("message").asText())
                                : damaged("line " + (index + 1) + " is not a result");
                    } else if (!line.path("success").asBoolean(false)) {
                        if (Failures.serverFailure(line)) {
                            return failed(error(line));
                        }
                        boolean absent = line.path("code").asInt(0) == 404;
                        (absent ? missing : rejections).add(new Rejection(index, error(line)));
                    }
                }
                index++;
            }
            start = end + 1;
        }
        return index == sent
                ? new ImportResponse(rejections, missing, null, null)
                : damaged(index + " results for " + sent + " documents");
    }

    private static ImportResponse damaged(String why) {
        return new ImportResponse(List.of(), List.of(), why, null);
    }

    private static ImportResponse failed(String words) {
        return new ImportResponse(List.of(), List.of(), null, words);
    }

    private static String error(JsonNode line) {
        String words = line.path("error").asText("no reason given");
        String shown = words.length() > ERROR ? words.substring(0, ERROR) + "..." : words;
        return line.has("code") ? line.path("code").asText() + ": " + shown : shown;
    }

    private static boolean isSuccess(byte[] body, int start, int end) {
        return Arrays.equals(body, start, end, SUCCESS, 0, SUCCESS.length);
    }

    private static int lineEnd(byte[] body, int from) {
        int end = from;
        while (end < body.length && body[end] != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isBlank(byte[] body, int start, int end) {
        for (int i = start; i < end; i++) {
            if (body[i] != ' ' && body[i] != '\r' && body[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
