package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.sink.Seen;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.sink.typesense.http.TransportException;
import dev.tidemark.sink.typesense.http.TransportException.Stage;
import dev.tidemark.sink.typesense.http.TypesenseClient;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reader of collections and aliases that waits for nothing and holds no writes back. Thread-safe. */
final class CollectionLook {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Max collections that are requested one by one: a shared server may list thousands of others with all their fields. */
    private static final int FEW = 8;

    /** Servers before 27 send the fields nevertheless. */
    private static final String LISTING = Paths.COLLECTIONS + "?exclude_fields=fields";

    private final TypesenseClient client;
    private final Cluster cluster;

    CollectionLook(TypesenseClient client, Cluster cluster) {
        this.client = client;
        this.cluster = cluster;
    }

    /** Returns what the server shows of these concrete names; those that it does not show are left out. */
    Map<String, Seen> at(Collection<String> names) throws SinkException, InterruptedException {
        Map<String, Seen> seen = new HashMap<>();
        if (names.size() > FEW) {
            Set<String> wanted = new HashSet<>(names);
            Answer answer = get(LISTING);
            if (!answer.ok() || !answer.json().isArray()) {
                throw Failures.damaged(answer, "this is not a list of collections");
            }
            answer.json().forEach(each -> add(wanted, each, seen));
            return seen;
        }
        for (String name : names) {
            Answer answer = get(Paths.collection(name));
            if (answer.status() != 404) {
                add(Set.of(name), answer.json(), seen); // Of another name: an alias took its place.
            }
        }
        return seen;
    }

    private static void add(Set<String> wanted, JsonNode collection, Map<String, Seen> seen) {
        String name = collection.path("name").asText();
        if (wanted.contains(name)) {
            seen.put(
                    name,
                    new Seen(
                            collection.path("created_at").asLong(),
                            collection.path("num_documents").asLong()));
        }
    }

    /**
     * Returns the collection that a name leads to; a collection hides an alias of its name. The key's scope may cover only one of
     * the two requests, as in {@link Collections#find}.
     */
    Optional<String> resolve(String name) throws SinkException, InterruptedException {
        try {
            Answer answer = get(Paths.collection(name));
            if (answer.ok()) {
                return Optional.of(answer.json().path("name").asText(name));
            }
        } catch (SinkException e) {
            if (!e.reason().equals(Failures.UNAUTHORIZED)) {
                throw e;
            }
        }
        Answer alias = get(Paths.alias(name));
        return alias.ok()
                ? Optional.of(alias.json().path("collection_name").asText("")).filter(target -> !target.isEmpty())
                : Optional.empty();
    }

    /** Returns a document as JSON; empty if there is none, or no such collection. */
    Optional<String> document(String collection, String id) throws SinkException, InterruptedException {
        Answer answer = get(Paths.document(collection, id));
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (!answer.ok()) {
            throw Failures.rejected(answer, "See Typesense's log.");
        }
        return Optional.of(answer.json().toString());
    }

    private Answer get(String path) throws SinkException, InterruptedException {
        URI node = cluster.node();
        Duration limit = cluster.timeout().compareTo(LIMIT) < 0 ? cluster.timeout() : LIMIT;
        try {
            Answer answer = client.send(node, Call.get(path, limit));
            SinkException failure = Failures.of(answer);
            if (failure != null) {
                throw failure;
            }
            return answer;
        } catch (TransportException e) {
            if (e.stage() != Stage.TIMEOUT) { // A busy server is not one that was restarted.
                cluster.suspect();
            }
            throw Failures.of(e);
        }
    }
}
