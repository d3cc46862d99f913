package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.config.Config;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.sink.typesense.http.TransportException;
import dev.tidemark.sink.typesense.http.TypesenseClient;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests Typesense to write all that it holds into a directory on its own machine.
 *
 * <p>Seen on 0.24.1: the answer comes when the directory is written; it is 201 and "success" even if nothing could be written; a
 * second request while one is running is never answered; only a key with all permissions may request it.
 */
public final class ServerSnapshots {

    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final int LEADER = 1;

    private static final Duration LISTING = Duration.ofSeconds(30);

    private final TypesenseClient client;
    private final List<URI> nodes;

    /**
     * A collection.
     *
     * @param name its own name
     */
    public record Count(String name, long documents) {}

    /** Creates a client that does not connect yet; the key of the configuration must be permitted to take snapshots. */
    public ServerSnapshots(Config.Typesense config) {
        client = new TypesenseClient(config);
        nodes = config.nodes();
    }

    /**
     * Returns the node whose snapshot holds everything that was acknowledged: a follower may be behind.
     *
     * @throws SinkException if no node reports that it leads
     */
    public URI leader() throws SinkException, InterruptedException {
        SinkException failure = null;
        for (URI node : nodes) {
            try {
                Answer answer = client.send(node, Call.get(Paths.DEBUG, PROBE));
                SinkException rejected = Failures.of(answer);
                if (rejected != null) {
                    failure = rejected;
                } else if (answer.json().path("state").asInt() == LEADER) {
                    return node;
                }
            } catch (TransportException e) {
                failure = Failures.of(e);
            }
        }
        throw Optional.ofNullable(failure)
                .orElseGet(() -> new SinkException(
                        Kind.RETRYABLE,
                        Failures.NOT_READY,
                        "none of " + nodes + " says that it leads its cluster",
                        "name every node in sink.typesense.nodes: the snapshot of one that follows may lack what was"
                                + " acknowledged",
                        null));
    }

    /**
     * Returns how many documents each collection has now, by its name and by its aliases. Unlike {@link TypesenseSink} it does
     * not wait until earlier writes are done: alongside a service that writes, they never are.
     */
    public Map<String, Count> counts(URI node) throws SinkException, InterruptedException {
        Map<String, Count> counts = new HashMap<>();
        for (JsonNode collection : read(node, Paths.COLLECTIONS)) {
            String name = collection.path("name").asText();
            counts.put(name, new Count(name, collection.path("num_documents").asLong()));
        }
        for (JsonNode alias : read(node, Paths.ALIASES).path("aliases")) {
            Count target = counts.get(alias.path("collection_name").asText());
            if (target != null) {
                counts.putIfAbsent(alias.path("name").asText(), target);
            }
        }
        return counts;
    }

    private JsonNode read(URI node, String path) throws SinkException, InterruptedException {
        try {
            Answer answer = client.send(node, Call.get(path, LISTING));
            SinkException failure = Failures.of(answer);
            if (failure == null && !answer.ok()) {
                failure = Failures.rejected(answer, "check Typesense's log");
            }
            if (failure != null) {
                throw failure;
            }
            return answer.json();
        } catch (TransportException e) {
            throw Failures.of(e);
        }
    }

    /**
     * Writes a snapshot.
     *
     * @param path a directory on that node's machine, which should not exist yet
     * @param deadline how long it may take
     * @throws SinkException if it failed, or if its outcome is not known
     */
    public void take(URI node, String path, Duration deadline) throws SinkException, InterruptedException {
        Call call = new Call("POST", Paths.snapshot(path), BodyPublishers.noBody(), deadline);
        Answer answer;
        try {
            answer = client.send(node, call);
        } catch (TransportException e) {
            SinkException failure = Failures.of(e);
            throw e.stage() == TransportException.Stage.TIMEOUT ? unanswered(failure, path) : failure;
        }
        SinkException failure = Failures.of(answer);
        if (failure != null) {
            throw failure;
        }
        if (!answer.ok() || !answer.json().path("success").asBoolean(false)) {
            throw Failures.rejected(answer, "check Typesense's log");
        }
    }

    private static SinkException unanswered(SinkException failure, String path) {
        return new SinkException(
                failure.kind(),
                failure.reason(),
                String.valueOf(failure.getMessage()),
                "another snapshot may be at work, or this one takes longer: see Typesense's log, and give more time."
                        + " What it has written to " + path + " is not a backup: remove it",
                failure);
    }
}
