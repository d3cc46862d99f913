package dev.tidemark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Bare requests to the benchmark's Typesense: they yield the raw figures, and determine when a document exists. */
final class Search {

    private static final int LINES = 5_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TypesenseServer server;

    Search(TypesenseServer server) {
        this.server = server;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.uri() + path)).header("X-TYPESENSE-API-KEY", server.apiKey());
    }

    String get(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), BodyHandlers.ofString()).body();
    }

    /** Returns a document's JSON, or Typesense's error. */
    String document(long id) throws IOException, InterruptedException {
        return get("/collections/" + Workload.TABLE + "/documents/" + id);
    }

    /** Returns how many documents the collection has; -1 if it does not exist. */
    long documents(String collection) throws IOException, InterruptedException {
        String answer = get("/collections/" + collection);
        int at = answer.indexOf("\"num_documents\":");
        return at < 0 ? -1 : Long.parseLong(answer.substring(at + 16).replaceAll("(?s)[^0-9].*", ""));
    }

    /** Returns how many documents have this value in this field. */
    long having(String collection, String field, String value) throws IOException, InterruptedException {
        return found(collection, field + ":=`" + value + "`");
    }

    /** Returns how many documents a search with this filter finds; -1 if the collection does not exist. */
    long found(String collection, String filter) throws IOException, InterruptedException {
        String answer = get("/collections/" + collection + "/documents/search?q=*&per_page=0&filter_by="
                + URLEncoder.encode(filter, StandardCharsets.UTF_8));
        return new ObjectMapper().readTree(answer).path("found").asLong(-1);
    }

    /** Returns a fingerprint of all documents of the collection. */
    Contents contents(String collection) throws IOException, InterruptedException {
        ObjectMapper mapper = new ObjectMapper();
        Contents contents = new Contents();
        try (Stream<String> lines = exported(collection)) {
            for (String line : (Iterable<String>) lines::iterator) {
                contents.add(mapper.readTree(line));
            }
        }
        return contents;
    }

    private Stream<String> exported(String collection) throws IOException, InterruptedException {
        return http.send(
                        request("/collections/" + collection + "/documents/export")
                                .GET()
                                .build(),
                        BodyHandlers.ofLines())
                .body();
    }

    /** Returns all documents of the collection, as bodies of import requests. */
    List<byte[]> export(String collection) throws IOException, InterruptedException {
        List<byte[]> bodies = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int lines = 0;
        try (Stream<String> all = exported(collection)) {
            for (String line : (Iterable<String>) all::iterator) {
                body.writeBytes(line.getBytes(StandardCharsets.UTF_8));
                body.write('\n');
                if (++lines % LINES == 0) {
                    bodies.add(body.toByteArray());
                    body.reset();
                }
            }
        }
        if (body.size() > 0) {
            bodies.add(body.toByteArray());
        }
        return bodies;
    }

    /** Sends the bodies one after the other; returns the seconds it took. */
    double importAll(String collection, String action, List<byte[]> bodies) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (byte[] body : bodies) {
            String answer = http.send(
                            request("/collections/" + collection + "/documents/import?action=" + action)
                                    .POST(BodyPublishers.ofByteArray(body))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            if (answer.contains("\"success\":false") || !answer.startsWith("{\"success\":true")) {
                throw new IllegalStateException("Typesense rejected a document: " + answer.substring(0, 500));
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Deletes the collection, if it exists. */
    void drop(String collection) throws IOException, InterruptedException {
        http.send(request("/collections/" + collection).DELETE().build(), BodyHandlers.ofString());
        if (documents(collection) >= 0) {
            throw new IllegalStateException("the collection " + collection + " could not be deleted");
        }
    }

    /** Creates a collection with the fields of another. */
    void create(String like, String collection) throws IOException, InterruptedException {
        String schema = get("/collections/" + like);
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(schema);
        json.retain("fields", "enable_nested_fields", "default_sorting_field");
        json.put("name", collection);
        http.send(
                request("/collections")
                        .POST(BodyPublishers.ofString(json.toString()))
                        .build(),
                BodyHandlers.ofString());
        if (documents(collection) != 0) {
            throw new IllegalStateException("the collection " + collection + " could not be created");
        }
    }
}
