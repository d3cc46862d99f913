package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Secret;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Json;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.sink.typesense.http.TypesenseClient;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Creates keys, and knows which actions the service needs of its own. Thread-safe. */
public final class ApiKeys {

    /** A key with this action alone may be embedded into scoped search keys; with any other alongside it, it must not. */
    private static final List<String> SEARCH = List.of("documents:search");

    /** Characters with a special meaning in a regular expression. */
    private static final Pattern SPECIAL = Pattern.compile("[.\\\\^$|?*+()\\[\\]{}]");

    private final Cluster cluster;

    /**
     * A key to be created.
     *
     * @param collections the names of the collections it is for
     * @param prefixes what the names of further collections begin with, which it is for as well
     */
    public record Request(String description, List<String> actions, List<String> collections, List<String> prefixes) {
        public Request {
            actions = List.copyOf(actions);
            collections = List.copyOf(collections);
            prefixes = List.copyOf(prefixes);
        }
    }

    /**
     * A key that was created.
     *
     * @param value the key itself, which Typesense returns this once and never again
     */
    public record Created(long id, Secret value) {}

    /** Creates a client that does not connect yet; the configuration's key must be permitted to create keys. */
    public ApiKeys(Config.Typesense config) {
        cluster = new Cluster(new TypesenseClient(config), config.nodes(), config.timeout());
    }

    /**
     * Returns the request for the service's own key: the actions that {@link TypesenseSink} needs, and nothing else.
     *
     * @param shapes whether it creates missing collections and lets them follow their tables' columns
     * @param collections concrete names: writes never name an alias (invariant 5)
     * @param prefixes of the names that expressions yield
     */
    public static Request service(String pipeline, boolean shapes, List<String> collections, List<String> prefixes) {
        List<String> actions = new ArrayList<>(List.of(
                "collections:list",
                "collections:get",
                "documents:import",
                "documents:delete",
                "documents:export",
                "aliases:get",
                "debug:list"));
        if (shapes) {
            actions.add("collections:create");
            actions.add("collections:update");
        }
        return new Request("tidemark " + pipeline, actions, collections, prefixes);
    }

    /** Returns the request for a key that may search one collection, or what an alias names. */
    public static Request search(String pipeline, String collectionOrAlias) {
        return new Request(
                "tidemark " + pipeline + ": search " + collectionOrAlias,
                SEARCH,
                List.of(collectionOrAlias),
                List.of());
    }

    /** Creates a key. */
    public Created create(Request request) throws SinkException, InterruptedException {
        ObjectNode body = Json.MAPPER.createObjectNode().put("description", request.description());
        request.actions().forEach(body.putArray("actions")::add);
        ArrayNode scope = body.putArray("collections");
        request.collections().forEach(name -> scope.add(pattern(name)));
        request.prefixes().forEach(prefix -> scope.add(pattern(prefix) + ".*"));
        Answer answer = cluster.now(Call.json("POST", Paths.KEYS, body.toString(), cluster.timeout()));
        if (!answer.ok()) {
            throw Failures.rejected(answer, "Check Typesense's log");
        }
        JsonNode json = answer.json();
        if (!json.path("id").isNumber() || !json.path("value").isTextual()) {
            // Not in the message: the answer may hold the key.
            throw new SinkException(
                    SinkException.Kind.RETRYABLE,
                    Failures.DAMAGED,
                    answer.call() + " on " + answer.node() + ": the answer is not a new key",
                    "GET /keys lists the keys there are: delete what was made",
                    null);
        }
        return new Created(
                json.path("id").asLong(), new Secret(json.path("value").asText()));
    }

    /** Deletes a key; one that was deleted already is fine. */
    public void delete(long id) throws SinkException, InterruptedException {
        Answer answer = cluster.now(Call.delete(Paths.key(id), cluster.timeout()));
        if (!answer.ok() && answer.status() != 404) {
            throw Failures.rejected(answer, "Delete the key by hand");
        }
    }

    /**
     * Returns a regular expression that matches this name alone: Typesense takes each name of a scope as a regular expression,
     * too.
     */
    static String pattern(String collection) {
        return SPECIAL.matcher(collection).replaceAll("\\\\$0");
    }
}
