package dev.tidemark.config;

import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked and complete.
 *
 * @param name the pipeline's name: slot, publication, engine and files are named after it
 * @param state the folder for offsets and dead letters
 * @param source which database, and how to reach it
 * @param sink which Typesense, and how to reach it
 * @param queue the bounds of what waits between source and flush
 * @param flush when a flush starts, and what a refused document means
 * @param http where metrics, health and status are served
 * @param deadLetters the bound of the dead letters
 * @param documents what is kept in step; one per collection, or several with an id prefix each
 */
public record Config(
        String name,
        Path state,
        Source source,
        Typesense sink,
        Queue queue,
        Flush flush,
        Http http,
        DeadLetters deadLetters,
        List<Document> documents) {

    public Config {
        documents = List.copyOf(documents);
    }

    /**
     * Which database.
     *
     * @param kind the connector's name, such as {@code postgres}
     * @param settings what the connector needs
     */
    public record Source(String kind, SourceSettings settings) {}

    /**
     * Which Typesense.
     *
     * @param nodes base addresses, tried in order; at least one
     * @param apiKey the key of the service
     * @param timeout the hard deadline of one request
     */
    public record Typesense(List<URI> nodes, Secret apiKey, Duration timeout) {
        public Typesense {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * The bounds of the queue.
     *
     * @param changes how many changes may wait, those in flight included
     * @param bytes how much memory they may hold
     */
    public record Queue(int changes, long bytes) {}

    /**
     * When a flush starts.
     *
     * @param interval how long a change may wait for others; zero: not at all
     * @param documents the most changes of one flush
     * @param bytes the most bytes of one flush
     * @param onReject what a document that Typesense refuses means
     */
    public record Flush(Duration interval, int documents, long bytes, OnReject onReject) {}

    /** What becomes of a document that Typesense refuses. */
    public enum OnReject {
        /** It is written to the dead letters, and the pipeline goes on. */
        DEAD_LETTER,
        /** The pipeline pauses, with a hint, until somebody has acted. */
        STOP
    }

    /**
     * Where the service can be seen.
     *
     * @param address the address to listen on
     * @param port the port; 0 picks a free one
     * @param token what changing calls must present; null: only loopback may make them
     */
    public record Http(String address, int port, @Nullable Secret token) {}

    /**
     * The bound of the dead letters.
     *
     * @param bytes how much disk they may take together
     */
    public record DeadLetters(long bytes) {}

    /**
     * What one collection's documents are made of.
     *
     * @param table the table
     * @param collection the collection, or an alias of it
     * @param create whether a missing collection is created from the table
     * @param fields fields by their name in the document, in order; null: every column under its own name
     * @param idPrefix what the ids of its documents begin with; empty where it has the collection to itself
     * @param deleteWhere which deleted rows of another table take documents with them; null: none
     */
    public record Document(
            SourceSettings.Table table,
            String collection,
            boolean create,
            @Nullable Map<String, Field> fields,
            String idPrefix,
            @Nullable DeleteWhere deleteWhere) {

        /** A document that has its collection to itself. */
        public Document(
                SourceSettings.Table table, String collection, boolean create, @Nullable Map<String, Field> fields) {
            this(table, collection, create, fields, "", null);
        }

        /** What this document is recorded under: no other document of a configuration has the same. */
        public String recordName() {
            return idPrefix.isEmpty() ? collection : collection + " " + idPrefix;
        }
    }

    /**
     * A table whose deleted rows take documents with them.
     *
     * @param filter a filter of Typesense with columns of the deleted row in it, such as {@code tenant_id:=:id}
     */
    public record DeleteWhere(TableId table, String filter) {}

    /**
     * One field of a document. What is null is decided by the column's type.
     *
     * @param column the column it is read from; null where {@code point} is given
     * @param point the two columns of a geopoint
     * @param type a Typesense type ({@code int32}, {@code string[]}, ...) or {@code int64ms}
     */
    public record Field(
            @Nullable String column,
            @Nullable Point point,
            @Nullable String type,
            @Nullable Boolean facet,
            @Nullable Boolean optional,
            @Nullable Boolean index,
            @Nullable Boolean sort) {}

    /** The columns of a geopoint. */
    public record Point(String lat, String lon) {}
}
