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
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Bare requests to the benchmark's Typesense: they yield the raw figures, and determine when a document exists. */
final class Search {

    private static final int LINES = 5_000;
    private static final int IDS = 200;

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
        String filter = URLEncoder.encode(field + ":=`" + value + "`", StandardCharsets.UTF_8);
        String answer = get("/collections/" + collection + "/documents/search?q=*&per_page=0&filter_by=" + filter);
        return new ObjectMapper().readTree(answer).path("found").asLong(-1);
    }

    /** Returns all documents of the collection, as bodies of import requests. */
    List<byte[]> export(String collection) throws IOException, InterruptedException {
        List<byte[]> bodies = new ArrayList<>();
        HttpResponse<Stream<String>> response = http.send(
                request("/collections/" + collection + "/documents/export")
                        .GET()
                        .build(),
                BodyHandlers.ofLines());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int lines = 0;
        try (Stream<String> all = response.body()) {
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

    /** Returns the same documents with only these fields. */
    static List<byte[]> only(Set<String> fields, List<byte[]> bodies) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<byte[]> reduced = new ArrayList<>();
        for (byte[] body : bodies) {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            for (String line : new String(body, StandardCharsets.UTF_8).lines().toList()) {
                lines.writeBytes(mapper.writeValueAsBytes(((ObjectNode) mapper.readTree(line)).retain(fields)));
                lines.write('\n');
            }
            reduced.add(lines.toByteArray());
        }
        return reduced;
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

    /** Deletes ids {@code from} to {@code to}, both included, by filter; returns the seconds it took. */
    double deleteAll(String collection, long from, long to) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (long first = from; first <= to; first += IDS) {
            StringBuilder filter = new StringBuilder("id:[");
            for (long id = first; id <= to && id < first + IDS; id++) {
                filter.append(id == first ? "`" : ",`").append(id).append('`');
            }
            String path = "/collections/" + collection + "/documents?filter_by="
                    + URLEncoder.encode(filter.append(']').toString(), StandardCharsets.UTF_8);
            http.send(request(path).DELETE().build(), BodyHandlers.ofString());
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Creates a collection with the fields of another, which it replaces. */
    void recreate(String like, String collection) throws IOException, InterruptedException {
        create(like, collection);
        http.send(request("/collections/" + like).DELETE().build(), BodyHandlers.ofString());
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
