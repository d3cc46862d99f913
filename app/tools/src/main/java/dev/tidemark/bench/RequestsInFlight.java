package dev.tidemark.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Requests of which a fixed number may be unanswered; each answer is checked. One thread. */
final class RequestsInFlight {

    private static final int EXCERPT = 500;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<CompletableFuture<HttpResponse<String>>> unanswered = new ArrayDeque<>();
    private final int max;

    /** @param max how many requests may be unanswered */
    RequestsInFlight(int max) {
        this.max = max;
    }

    /**
     * Sends a request; blocks while the max number is unanswered.
     *
     * @throws IOException if an earlier request failed, or a line of it was rejected
     */
    void send(HttpRequest request) throws IOException, InterruptedException {
        while (unanswered.size() >= max) {
            check(unanswered.remove());
        }
        unanswered.add(http.sendAsync(request, BodyHandlers.ofString()));
    }

    /** Blocks until every request is answered; throws as {@link #send}. */
    void join() throws IOException, InterruptedException {
        while (!unanswered.isEmpty()) {
            check(unanswered.remove());
        }
    }

    private static void check(CompletableFuture<HttpResponse<String>> answer) throws IOException, InterruptedException {
        HttpResponse<String> response;
        try {
            response = answer.get();
        } catch (ExecutionException e) {
            throw new IOException("a request to Typesense failed: " + e.getCause(), e);
        }
        String body = response.body();
        if (response.statusCode() != 200 || body.contains("\"success\":false")) {
            int at = Math.max(0, body.indexOf("\"success\":false") - EXCERPT);
            throw new IOException("Typesense answered " + response.statusCode() + ": "
                    + body.substring(at, Math.min(body.length(), at + 2 * EXCERPT)));
        }
    }
}
