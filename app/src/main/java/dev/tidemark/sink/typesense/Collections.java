package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Schemas and aliases. */
final class Collections {

    private static final String SCHEMA_HINT = "Change the mapping under documents, or the collection by hand";

    private final Cluster cluster;

    Collections(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Looks a name up; empty only where the server is settled and knows neither a collection nor an alias of it. */
    Optional<CollectionInfo> find(String name) throws SinkException, InterruptedException {
        cluster.settle();
        Optional<CollectionInfo> found = lookup(name);
        if (found.isEmpty() && !cluster.missing(name)) {
            found = lookup(name); // It was loading.
        }
        found.ifPresent(collection -> cluster.exists(collection.name()));
        return found;
    }

    /** A collection that has to be there. */
    CollectionInfo require(String collection) throws SinkException, InterruptedException {
        Answer answer = get(collection);
        if (answer.status() == 404) {
            throw cluster.missingFailure(collection);
        }
        return info(answer);
    }

    void create(String name, List<SinkField> fields, boolean nested) throws SinkException, InterruptedException {
        ObjectNode schema = CollectionSchema.json(name, fields, nested);
        Answer answer = cluster.write(Call.json("POST", Paths.COLLECTIONS, schema.toString(), cluster.timeout()));
        if (answer.status() == 409) {
            // An earlier try whose answer was lost; or somebody else, with a schema of their own.
            if (!holds(require(name), fields)) {
                throw Failures.refused(answer, SCHEMA_HINT);
            }
        } else if (!answer.ok()) {
            throw Failures.refused(answer, SCHEMA_HINT);
        } else if (!answer.json().path("name").asText().equals(name)) {
            throw cluster.damaged(answer, "it is not the new collection");
        }
        cluster.exists(name);
    }

    /** Drops come first in the request: to change a field is to drop it and to add it again. */
    void alter(String collection, List<SinkField> add, List<String> drop) throws SinkException, InterruptedException {
        List<SinkField> present = require(collection).fields();
        ObjectNode change = Json.MAPPER.createObjectNode();
        ArrayNode array = change.putArray("fields");
        for (String name : drop) {
            // The server refuses to drop what is not there, as after an earlier try whose answer was lost.
            if (present.stream().anyMatch(field -> field.name().equals(name))) {
                array.addObject().put("name", name).put("drop", true);
            }
        }
        for (SinkField field : add) {
            if (drop.contains(field.name())
                    || present.stream().noneMatch(old -> old.name().equals(field.name()))) {
                array.add(CollectionSchema.json(field));
            }
        }
        if (array.isEmpty()) {
            return;
        }
        Answer answer =
                cluster.write(Call.json("PATCH", Paths.collection(collection), change.toString(), cluster.timeout()));
        if (answer.status() == 404) {
            throw cluster.missingFailure(collection);
        } else if (!answer.ok()) {
            throw Failures.refused(answer, SCHEMA_HINT);
        }
    }

    private Answer get(String name) throws SinkException, InterruptedException {
        return cluster.read(Call.get(Paths.collection(name), cluster.timeout()));
    }

    /** The server resolves an alias by itself, where the key's scope covers the alias' name: else it says 401. */
    private Optional<CollectionInfo> lookup(String name) throws SinkException, InterruptedException {
        @Nullable SinkException refused = null;
        try {
            Answer answer = get(name);
            if (answer.status() != 404) {
                return Optional.of(info(answer)); // Invariant 5: its name is the concrete one.
            }
        } catch (SinkException e) {
            if (!e.reason().equals(Failures.UNAUTHORIZED)) {
                throw e;
            }
            refused = e;
        }
        Optional<String> target = target(name, refused);
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

    private Optional<String> target(String alias, @Nullable SinkException refused)
            throws SinkException, InterruptedException {
        Answer answer;
        try {
            answer = cluster.read(Call.get(Paths.alias(alias), cluster.timeout()));
        } catch (SinkException e) {
            throw refused == null ? e : refused;
        }
        if (answer.status() == 404) {
            if (refused != null) {
                throw refused;
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
            fields.add(new SinkField(
                    field.path("name").asText(),
                    field.path("type").asText(),
                    field.path("facet").asBoolean(false),
                    field.path("optional").asBoolean(false),
                    field.path("index").asBoolean(true),
                    field.has("sort") ? (Boolean) field.path("sort").asBoolean() : null));
        }
        String sorting = json.path("default_sorting_field").asText("");
        return new CollectionInfo(
                json.path("name").asText(),
                fields,
                json.path("enable_nested_fields").asBoolean(false),
                sorting.isEmpty() ? null : sorting,
                json.path("num_documents").asLong());
    }

    /** Names and types: the rest the server may have completed. */
    private static boolean holds(CollectionInfo collection, List<SinkField> fields) {
        return fields.stream()
                .allMatch(wanted -> collection.fields().stream()
                        .anyMatch(field -> field.name().equals(wanted.name())
                                && field.type().equals(wanted.type())));
    }
}
