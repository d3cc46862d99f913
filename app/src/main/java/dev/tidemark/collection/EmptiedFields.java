package dev.tidemark.collection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.ids.IdSpool;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.Updated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Removes the values of some fields from all documents of a collection; safe to repeat. One thread. */
final class EmptiedFields {

    private static final int PAGE = 5_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sink sink;
    private final String collection;
    private final Set<String> fields;
    private final List<Document> page = new ArrayList<>();

    /** A failure on its way out of the loop over the ids. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(Exception cause) {
            super(cause);
        }
    }

    EmptiedFields(Sink sink, String collection, Set<String> fields) {
        this.sink = sink;
        this.collection = collection;
        this.fields = Set.copyOf(fields);
    }

    /**
     * Removes the values. The ids are collected first (invariant 3: above a limit in a file), because nothing is written while
     * documents are exported.
     */
    void run() throws SinkException, InterruptedException {
        try {
            Path directory = Files.createTempDirectory("tidemark-emptied");
            try (IdSpool ids = new IdSpool(directory.resolve("ids"), IdSpool.IN_MEMORY)) {
                sink.exportIds(collection, ids::add);
                ids.forEach(id -> {
                    try {
                        add(id);
                    } catch (SinkException | InterruptedException e) {
                        throw new Failed(e);
                    }
                });
                send();
            } finally {
                Files.deleteIfExists(directory);
            }
        } catch (Failed e) {
            if (e.getCause() instanceof SinkException failure) {
                throw failure;
            }
            throw (InterruptedException) e.getCause();
        } catch (IOException | UncheckedIOException e) {
            throw new SinkException(
                    SinkException.Kind.RETRYABLE,
                    "disk",
                    "the ids of collection " + collection + " could not be kept in a file: " + e.getMessage(),
                    "Free some disk space.",
                    e);
        }
    }

    private void add(String id) throws SinkException, InterruptedException {
        ObjectNode json = JSON.createObjectNode().put("id", id);
        fields.forEach(json::putNull);
        try {
            page.add(new Document(id, JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree of texts and nulls
        }
        if (page.size() >= PAGE) {
            send();
        }
    }

    private void send() throws SinkException, InterruptedException {
        if (!page.isEmpty()) {
            Updated updated = sink.update(collection, List.copyOf(page));
            page.clear();
            if (!updated.rejections().isEmpty()) {
                throw new SinkException(
                        SinkException.Kind.FATAL,
                        Sink.INCOMPATIBLE,
                        "a document of collection " + collection + " cannot lose its values of " + fields + ": "
                                + updated.rejections().get(0).error(),
                        "",
                        null);
            }
        }
    }
}
