package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Json;
import dev.tidemark.sink.typesense.http.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Schemas and aliases. */
final class Collections {

    private static final String SCHEMA_HINT = "Change the mapping under documents, or the collection by hand";

    /** Part of the server's answer to an alteration that values of stored documents do not fit. */
    private static final String STORED = "incompatible with the type of documents already stored";

    private final Cluster cluster;

    Collections(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Looks a name up; empty only if it is proven that there is neither a collection nor an alias of it. */
    Optional<CollectionInfo> find(String name) throws SinkException, InterruptedException {
        cluster.settle();
        Optional<CollectionInfo> found = lookup(name);
        if (found.isPresent()) {
            return cluster.isSettled(found.get().name())
                    ? found
                    : Optional.of(loaded(found.get().name()));
        }
        boolean missing = cluster.missing(name);
        found = lookup(name);
        if (found.isEmpty() && !missing) {
            throw cluster.unsettled("answered 404 for the collection \"" + name + "\", which its leader has");
        }
        return found;
    }

    /**
     * Returns a collection that was seen, for the first time since the gate was closed: its count may be that of a server which
     * is loading.
     */
    private CollectionInfo loaded(String collection) throws SinkException, InterruptedException {
        if (!cluster.settle(collection)) {
            throw cluster.unsettled("shows the collection \"" + collection + "\", which its leader does not have");
        }
        CollectionInfo loaded = require(collection);
        if (loaded.documents() == 0) { // An empty one is filled from the start, so it must be the leader's count.
            cluster.settleAgain(collection);
            loaded = require(collection);
        }
        return loaded;
    }

    /** Returns a collection that has to exist. */
    CollectionInfo require(String collection) throws SinkException, InterruptedException {
        Answer answer = get(collection);
        if (answer.status() == 404) {
            throw cluster.missingFailure(collection);
        }
        return info(answer);
    }

    /** Looks a concrete name up, once the server has applied what it accepted before; empty if the collection does not exist. */
    Optional<CollectionInfo> prove(String collection) throws SinkException, InterruptedException {
        if (!cluster.settleAgain(collection)) {
            return Optional.empty();
        }
        Answer answer = get(collection);
        if (answer.status() == 404) {
            throw cluster.unsettled("answered 404 for the collection \"" + collection + "\", which its leader has");
        }
        return Optional.of(info(answer)).filter(there -> there.name().equals(collection));
    }

    void create(String name, List<SinkField> fields, boolean nested) throws SinkException, InterruptedException {
        ObjectNode schema = CollectionSchema.json(name, fields, nested);
        Answer answer = cluster.write(name, Call.json("POST", Paths.COLLECTIONS, schema.toString(), cluster.timeout()));
        if (answer.status() == 409) {
            // An earlier try whose answer was lost; or another client, with a schema of its own.
            if (!holds(require(name), fields)) {
                throw Failures.rejected(answer, SCHEMA_HINT);
            }
        } else if (!answer.ok()) {
            throw Failures.rejected(answer, SCHEMA_HINT);
        } else if (!answer.json().path("name").asText().equals(name)) {
            throw cluster.damaged(name, answer, "it is not the new collection");
        }
        cluster.created(name);
    }

    /**
     * Adds fields to a collection and drops others. Drops come first in the request: a field is changed by dropping it and adding
     * it again in one request, which takes effect entirely or not at all.
     */
    void alter(String collection, List<SinkField> add, List<String> drop) throws SinkException, InterruptedException {
        List<SinkField> present = require(collection).fields();
        ObjectNode change = Json.MAPPER.createObjectNode();
        ArrayNode array = change.putArray("fields");
        for (String name : drop) {
            // The server fails to drop a field that does not exist, as after an earlier try whose answer was lost.
            if (isThere(present, name) && !isDone(present, name, add)) {
                array.addObject().put("name", name).put("drop", true);
            }
        }
        for (SinkField field : add) {
            if (drop.contains(field.name()) ? !isDone(present, field.name(), add) : !isThere(present, field.name())) {
                array.add(CollectionSchema.json(field));
            }
        }
        if (array.isEmpty()) {
            return;
        }
        Answer answer = cluster.write(
                collection, Call.json("PATCH", Paths.collection(collection), change.toString(), cluster.timeout()));
        if (answer.status() == 404) {
            throw cluster.missingFailure(collection);
        } else if (answer.status() == 400 && answer.message().contains(STORED)) {
            throw new SinkException(Kind.FATAL, Sink.INCOMPATIBLE, answer.message(), SCHEMA_HINT, null);
        } else if (!answer.ok()) {
            throw Failures.rejected(answer, SCHEMA_HINT);
        }
    }

    private static boolean isThere(List<SinkField> present, String name) {
        return present.stream().anyMatch(field -> field.name().equals(name));
    }

    /**
     * Returns whether the field is already as requested: an alteration may have been carried out although its answer was lost,
     * and repeating it takes long.
     */
    private static boolean isDone(List<SinkField> present, String name, List<SinkField> add) {
        return add.stream()
                .filter(field -> field.name().equals(name))
                .anyMatch(wanted -> present.stream().anyMatch(field -> isSame(field, wanted)));
    }

    private static boolean isSame(SinkField present, SinkField wanted) {
        return present.name().equals(wanted.name())
                && present.type().equals(wanted.type())
                && present.facet() == wanted.facet()
                && present.optional() == wanted.optional()
                && present.index() == wanted.index()
                && (wanted.sort() == null || wanted.sort().equals(present.sort()))
                && present.options().equals(wanted.options());
    }

    private Answer get(String name) throws SinkException, InterruptedException {
        return cluster.read(Call.get(Paths.collection(name), cluster.timeout()));
    }

    /**
     * Looks a name up, also as an alias. The server resolves an alias automatically if the key's scope covers the alias' name:
     * else it returns 401.
     */
    private Optional<CollectionInfo> lookup(String name) throws SinkException, InterruptedException {
        @Nullable SinkException rejected = null;
        try {
            Answer answer = get(name);
            if (answer.status() != 404) {
                return Optional.of(info(answer)); // Invariant 5: its name is the concrete one.
            }
        } catch (SinkException e) {
            if (!e.reason().equals(Failures.UNAUTHORIZED)) {
                throw e;
            }
            rejected = e;
        }
        Optional<String> target = target(name, rejected);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        Answer answer = get(target.get());
        if (answer.status() == 404) {
            if (cluster.missing(target.get())) {
                throw dangling(name, target.get());
            }
            answer = get(target.get());
        }
        return Optional.of(info(answer));
    }

    private Optional<String> target(String alias, @Nullable SinkException rejected)
            throws SinkException, InterruptedException {
        Answer answer;
        try {
            answer = cluster.read(Call.get(Paths.alias(alias), cluster.timeout()));
        } catch (SinkException e) {
            throw rejected == null ? e : rejected;
        }
        if (answer.status() == 404) {
            if (rejected != null) {
                throw rejected;
            }
            return Optional.empty();
        }
        String target = answer.json().path("collection_name").asText("");
        if (target.isEmpty()) {
            throw Failures.damaged(answer, "this is not an alias");
        }
        return Optional.of(target);
    }

    private SinkException dangling(String alias, String target) {
        return new SinkException(
                Kind.FATAL,
                Failures.COLLECTION_MISSING,
                "The alias \"" + alias + "\" on " + cluster.node() + " names the collection \"" + target
                        + "\", which does not exist",
                "Point the alias at an existing collection, or delete it",
                null);
    }

    private static CollectionInfo info(Answer answer) throws SinkException {
        JsonNode json = answer.json();
        if (!answer.ok()
                || !json.path("name").isTextual()
                || !json.path("num_documents").isNumber()) {
            throw Failures.damaged(answer, "this is not a collection");
        }
        List<SinkField> fields = new ArrayList<>();
        for (JsonNode field : json.path("fields")) {
            fields.add(CollectionSchema.field(field));
        }
        String sorting = json.path("default_sorting_field").asText("");
        return new CollectionInfo(
                json.path("name").asText(),
                fields,
                json.path("enable_nested_fields").asBoolean(false),
                sorting.isEmpty() ? null : sorting,
                json.path("num_documents").asLong(),
                json.path("created_at").asLong());
    }

    /** Returns whether the collection has these fields, by name and type: the server may have completed the rest. */
    private static boolean holds(CollectionInfo collection, List<SinkField> fields) {
        return fields.stream()
                .allMatch(wanted -> collection.fields().stream()
                        .anyMatch(field -> field.name().equals(wanted.name())
                                && field.type().equals(wanted.type())));
    }
}
