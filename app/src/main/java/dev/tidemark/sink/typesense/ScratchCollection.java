package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Json;
import dev.tidemark.sink.typesense.http.Paths;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A collection to try documents in, dropped again when it is closed. The only class in this package that drops a collection: only
 * one that it requested itself, under a name that nothing else has. One thread.
 */
public final class ScratchCollection {

    private static final String MARK = "__tidemark_plan_";
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int TRIES = 3;

    /**
     * Delay before the next attempt: a request whose answer was lost may be carried out a moment later, and a second attempt
     * finds what it created.
     */
    private static final Duration LATE = Duration.ofMillis(500);

    private final Cluster cluster;
    private final Collections collections;
    private final Importer importer;
    private final String name;

    /** True if there may be something to drop: a request that would create the collection was begun. */
    private boolean asked;

    /** True if that request was answered with success. */
    private boolean made;

    ScratchCollection(Cluster cluster, Collections collections, Importer importer, String besides) {
        this.cluster = cluster;
        this.collections = collections;
        this.importer = importer;
        byte[] random = new byte[6];
        ThreadLocalRandom.current().nextBytes(random);
        this.name = besides + MARK + HexFormat.of().formatHex(random);
    }

    /**
     * Creates the collection with these fields.
     *
     * @return Typesense's message if it rejected the request; empty if the collection was created
     */
    public Optional<String> create(List<SinkField> fields, boolean nested) throws SinkException, InterruptedException {
        return create(Paths.COLLECTIONS, CollectionSchema.json(name, fields, nested));
    }

    /**
     * Creates the collection with the full schema of another, and then alters it.
     *
     * @return Typesense's message if it rejected one of the two; empty if both succeeded
     */
    public Optional<String> createLike(CollectionInfo other, List<SinkField> add, List<String> drop)
            throws SinkException, InterruptedException {
        Optional<String> rejected = create(
                Paths.copyOf(other.name()), Json.MAPPER.createObjectNode().put("name", name));
        if (rejected.isEmpty() && !(add.isEmpty() && drop.isEmpty())) {
            try {
                collections.alter(name, add, drop);
            } catch (SinkException e) {
                if (!e.reason().equals(Failures.REJECTED)) {
                    throw e;
                }
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return rejected;
    }

    private Optional<String> create(String path, ObjectNode schema) throws SinkException, InterruptedException {
        cluster.settle();
        asked = true;
        Answer answer;
        try {
            answer = cluster.write(name, Call.json("POST", path, schema.toString(), cluster.timeout()));
        } catch (SinkException e) {
            // An answer such as 401 is final: unlike after a timeout, nothing was created.
            asked = e.kind() != SinkException.Kind.FATAL;
            throw e;
        }
        if (!answer.ok()) {
            asked = false;
            return Optional.of(
                    answer.status() + " " + (answer.message().isEmpty() ? answer.excerpt() : answer.message()));
        }
        made = true;
        return Optional.empty();
    }

    /** Writes documents with distinct ids; returns those that were rejected. */
    public List<Rejection> upsert(List<Document> documents) throws SinkException, InterruptedException {
        return documents.isEmpty() ? List.of() : importer.upsert(name, documents);
    }

    /**
     * Drops the collection. Does its work also if the thread was interrupted, and then leaves it interrupted.
     *
     * @return what the operator has to do if it could not be dropped; null if it was dropped
     */
    public @Nullable String drop() {
        if (!asked) {
            return null;
        }
        boolean interrupted = Thread.interrupted();
        String failure = "it is there again each time";
        try {
            for (int i = 0; i < TRIES; i++) {
                try {
                    Answer answer = cluster.now(Call.delete(Paths.collection(name), DEADLINE));
                    if (answer.ok() || (answer.status() == 404 && (made || i > 0))) {
                        return null;
                    }
                    failure = answer.status() + " " + answer.excerpt();
                } catch (SinkException e) {
                    failure = String.valueOf(e.getMessage());
                }
                Thread.sleep(LATE.toMillis());
            }
        } catch (InterruptedException e) {
            interrupted = true;
            failure = "interrupted";
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return "the scratch collection " + name + " could not be dropped (" + failure + "): drop it by hand";
    }
}
