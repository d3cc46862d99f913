package dev.tidemark.sink.typesense;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.http.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sinks and documents for tests. */
public final class Sinks {

    static final List<SinkField> FIELDS = List.of(new SinkField("n", "int32", false, true, true, null));

    private Sinks() {}

    public static Config.Typesense config(List<URI> nodes, String key, Duration timeout) {
        return new Config.Typesense(nodes, new Secret(key), timeout);
    }

    /** With a short wait between two listings, for servers that are not restarted. */
    public static TypesenseSink quick(URI node, String key) {
        return new TypesenseSink(config(List.of(node), key, Duration.ofSeconds(20)), Duration.ofMillis(20));
    }

    /** As {@link #quick(URI, String)}, for a configuration. */
    public static TypesenseSink quick(Config.Typesense config) {
        return new TypesenseSink(config, Duration.ofMillis(50));
    }

    static Document document(String id, String rest) {
        String json = Json.MAPPER.createObjectNode().put("id", id).toString();
        String line = json.substring(0, json.length() - 1) + rest + "}";
        return new Document(id, line.getBytes(StandardCharsets.UTF_8));
    }

    static Document document(String id) {
        return document(id, ",\"n\":1");
    }

    /** Documents "0", "1", ... */
    static List<Document> documents(int count) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            documents.add(document(Integer.toString(i)));
        }
        return documents;
    }
}
