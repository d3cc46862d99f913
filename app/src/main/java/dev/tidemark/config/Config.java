package dev.tidemark.config;

import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.Tls;
import dev.tidemark.expression.Regex;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The full configuration, checked and complete.
 *
 * @param name the pipeline's name: slot, publication, engine and files are named after it
 * @param state the directory for offsets and dead letters
 * @param source which database, and how to reach it
 * @param sink which Typesense server, and how to reach it
 * @param queue the bounds of what waits between source and flush
 * @param flush when a flush starts, and what a rejected document means
 * @param http where metrics, health and status are served
 * @param deadLetters the bound of the dead letters
 * @param load how tables are loaded
 * @param guard how many documents may be deleted because no row was found
 * @param doubts how often documents may be loaded again automatically
 * @param documents what is kept in sync; one per collection, or several with an id prefix each
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
        Load load,
        Guard guard,
        Doubts doubts,
        List<Document> documents) {

    public Config {
        documents = List.copyOf(documents);
    }

    /**
     * The source database.
     *
     * @param kind the connector's name, such as {@code postgres}
     * @param settings what the connector needs
     */
    public record Source(String kind, SourceSettings settings) {}

    /**
     * The Typesense server to write to.
     *
     * @param nodes base addresses, tried in order; at least one
     * @param apiKey the key of the service
     * @param timeout the hard deadline of one request
     * @param tls the authorities that are trusted for nodes with https; null: those that Java trusts
     */
    public record Typesense(
            List<URI> nodes,
            Secret apiKey,
            Duration timeout,
            @Nullable Tls tls) {
        public Typesense {
            nodes = List.copyOf(nodes);
        }

        /** Creates settings for nodes that are trusted as Java does. */
        public Typesense(List<URI> nodes, Secret apiKey, Duration timeout) {
            this(nodes, apiKey, timeout, null);
        }

        /** Returns the same settings with another key. */
        public Typesense withKey(Secret other) {
            return new Typesense(nodes, other, timeout, tls);
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
     * Conditions that start a flush.
     *
     * @param interval how long a change may wait for others; zero: not at all
     * @param documents the max number of changes of one flush
     * @param bytes the max bytes of one flush
     * @param onReject what happens if Typesense rejects a document
     */
    public record Flush(Duration interval, int documents, long bytes, OnReject onReject) {}

    /** Consequences of a document that Typesense rejects. */
    public enum OnReject {
        /** It is written to the dead letters, and the pipeline continues. */
        DEAD_LETTER,
        /** The pipeline pauses, with a hint, until the operator has acted. */
        STOP
    }

    /**
     * The HTTP server for metrics, health and status.
     *
     * @param address the address to listen on
     * @param port the port; 0 picks a free one
     * @param token the token for calls that change something or read rows; null: only a service on loopback answers them
     * @param tls the identity that clients are shown, over HTTPS and nothing else; null: plain HTTP
     * @param hosts further names that requests may be addressed to
     */
    public record Http(
            String address,
            int port,
            @Nullable Secret token,
            @Nullable Identity tls,
            List<String> hosts) {

        public Http {
            hosts = List.copyOf(hosts);
        }

        /** Creates settings of a server over plain HTTP. */
        public Http(String address, int port, @Nullable Secret token) {
            this(address, port, token, null);
        }

        /** Creates settings of a server without further names. */
        public Http(String address, int port, @Nullable Secret token, @Nullable Identity tls) {
            this(address, port, token, tls, List.of());
        }

        /** Returns {@code https} or {@code http}. */
        public String scheme() {
            return tls == null ? "http" : "https";
        }
    }

    /**
     * The bound of the dead letters.
     *
     * @param bytes how much disk they may take together
     */
    public record DeadLetters(long bytes) {}

    /**
     * Settings of loads.
     *
     * @param readers how many chunks are read at a time
     * @param hours when loads run that are not initial; null: at any time
     */
    public record Load(int readers, @Nullable LoadHours hours) {

        /** The settings of a configuration that has none. */
        public static final Load DEFAULT = new Load(2, null);
    }

    /**
     * Limits of what is done automatically about doubts whether documents equal rows.
     *
     * @param maxAutomatic how many resyncs for the same reason may begin within 24 h without an approval
     */
    public record Doubts(int maxAutomatic) {

        /** The limits if none are configured. */
        public static final Doubts DEFAULT = new Doubts(3);
    }

    /**
     * The limit for deletes that are based on missing rows, per entry of {@code documents} and collection (invariant 9).
     *
     * @param documents the number of deletes that are always permitted, unless they are more than half of the documents
     * @param percent the percentage of the documents that may be deleted; above 50, also more than half
     * @param truncate what a TRUNCATE in the source's log does
     */
    public record Guard(int documents, int percent, OnTruncate truncate) {

        /** The limit of a configuration that sets none. */
        public static final Guard DEFAULT = new Guard(20, 10, OnTruncate.PASS);

        private static final int HALF = 50;

        /** Returns whether this number of deletes, out of this number of documents, needs an approval. */
        public boolean exceeds(long deletes, long of) {
            return deletes > Math.max(documents, of * percent / 100) || deletes * 100 > of * Math.max(HALF, percent);
        }
    }

    /** Consequences of a TRUNCATE in the source's log. */
    public enum OnTruncate {
        /** The documents are deleted. */
        PASS,
        /** The documents stay until an operator approves. */
        HOLD
    }

    /**
     * An entry of {@code documents}.
     *
     * @param source the table or statement that yields the documents
     * @param destination which collections they go to
     * @param id how their ids are formed
     * @param create whether a missing collection is created from the table
     * @param adopt whether a filled collection that this pipeline never wrote may be taken over
     * @param fields fields by their name in the document, in order; null: every column under its own name
     * @param selection which rows become documents
     * @param validation what their fields must be
     * @param deleteWhere which deleted rows of another table take documents with them; null: none
     */
    public record Document(
            DocumentSource source,
            Destination destination,
            DocumentId id,
            boolean create,
            boolean adopt,
            @Nullable Map<String, Field> fields,
            Selection selection,
            Validation validation,
            @Nullable DeleteWhere deleteWhere) {

        /**
         * Returns the name that stands for the collection of rows that have none yet: no collection's name contains a colon, so
         * it is never one of them. Dead letters of rows for which the expression yields no name are kept under it.
         */
        static String unknownCollectionOf(TableId table) {
            return table + ":none";
        }

        /** Returns the table whose key is the documents' id. */
        public SourceSettings.Table table() {
            return source.table();
        }

        /**
         * Returns the collection's name, or its alias; if an expression yields the collections, the name that stands for none of
         * them.
         */
        public String collection() {
            if (destination instanceof Destination.Named named) {
                return named.collection();
            }
            return destination instanceof Destination.Member member
                    ? member.collection()
                    : unknownCollectionOf(table().id());
        }

        /** Returns whether an expression yields the collections. */
        public boolean isDynamic() {
            return destination instanceof Destination.Dynamic;
        }

        /** Returns whether a statement yields the documents. */
        public boolean isJoined() {
            return source instanceof DocumentSource.Joined;
        }

        /** Returns whether an expression yields the ids. */
        public boolean hasComputedId() {
            return id instanceof DocumentId.Computed;
        }

        /** Returns the prefix of each id; empty if the document has the collection to itself. */
        public String idPrefix() {
            return id.prefix();
        }

        /** Returns the same document, in one of the collections that its expression yields. */
        public Document in(String name) {
            if (!(destination instanceof Destination.Dynamic dynamic)) {
                throw new IllegalStateException("collection " + collection() + " is not of an expression");
            }
            Destination member = new Destination.Member(name, dynamic.expression());
            return new Document(source, member, id, create, adopt, fields, selection, validation, deleteWhere);
        }

        /** Returns the name under which this document is recorded: no other document of a configuration has the same. */
        public String recordName() {
            if (isDynamic()) {
                return unknownCollectionOf(table().id());
            }
            return idPrefix().isEmpty() ? collection() : collection() + " " + idPrefix();
        }

        /** Returns a description of the destination of its documents, in the terms of the configuration. */
        public String destinationText() {
            return destination instanceof Destination.Dynamic dynamic
                    ? "collections by " + dynamic.expression().quoted()
                    : "collection " + collection();
        }
    }

    /**
     * A table whose deleted rows take documents with them.
     *
     * @param filter a filter of Typesense with columns of the deleted row in it, such as {@code tenant_id:=:id}
     */
    public record DeleteWhere(TableId table, String filter) {}

    /**
     * Rules for the fields of a document.
     *
     * @param rules by the field's name, in the order of the file
     * @param onInvalid what happens to a document that breaks one
     */
    public record Validation(Map<String, Rule> rules, OnInvalid onInvalid) {

        /** No rules. */
        public static final Validation NONE = new Validation(Map.of(), OnInvalid.DEAD_LETTER);

        public Validation {
            rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
        }
    }

    /**
     * Requirements on a field; all that are given must be met. A field without a value breaks {@code required} only.
     *
     * @param required whether it must have a value
     * @param range the bounds of a number; null: none
     * @param length the bounds of a text's characters or a list's elements; null: none
     * @param regex what must be found in a text; null: nothing
     * @param email whether a text must look like an e-mail address
     */
    public record Rule(
            boolean required,
            @Nullable Bounds range,
            @Nullable Bounds length,
            @Nullable Regex regex,
            boolean email) {}

    /**
     * Bounds, both included.
     *
     * @param min null: none
     * @param max null: none
     */
    public record Bounds(@Nullable BigDecimal min, @Nullable BigDecimal max) {}

    /** Consequences of a row whose document breaks a rule. */
    public enum OnInvalid {
        /** It goes to the dead letters, as if Typesense had rejected it; its document stays as it was. */
        DEAD_LETTER,
        /** It has no document. */
        SKIP,
        /** The pipeline pauses, with a hint, until the operator has acted. */
        STOP
    }

    /**
     * Selection of the rows that become documents: those that both conditions allow.
     *
     * @param where condition in CEL; null: every row
     * @param softDelete a column that marks rows as deleted: a flag that is set, or a value in any other; null: none does
     */
    public record Selection(
            @Nullable Expression where, @Nullable Located softDelete) {

        /** Every row. */
        public static final Selection ALL = new Selection(null, null);

        /** Returns whether every row becomes a document. */
        public boolean isEmpty() {
            return where == null && softDelete == null;
        }
    }

    /**
     * One field of a document. What is null is decided by the column's type.
     *
     * @param column the column it is read from; null if {@code point} or {@code cel} is given
     * @param point the two columns of a geopoint
     * @param type a Typesense type ({@code int32}, {@code string[]}, ...) or {@code int64ms}
     * @param cel what it is computed by, instead of columns; null if it is not computed
     */
    public record Field(
            @Nullable String column,
            @Nullable Point point,
            @Nullable String type,
            @Nullable Boolean facet,
            @Nullable Boolean optional,
            @Nullable Boolean index,
            @Nullable Boolean sort,
            @Nullable Expression cel) {

        /** Creates a field that is not computed. */
        public Field(
                @Nullable String column,
                @Nullable Point point,
                @Nullable String type,
                @Nullable Boolean facet,
                @Nullable Boolean optional,
                @Nullable Boolean index,
                @Nullable Boolean sort) {
            this(column, point, type, facet, optional, index, sort, null);
        }
    }

    /** The columns of a geopoint. */
    public record Point(String lat, String lon) {}
}
