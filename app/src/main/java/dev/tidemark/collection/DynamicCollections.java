package dev.tidemark.collection;

import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.Columns;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.Placements;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The collections that one table feeds by an expression, all of one design. Each is a {@link Target} of its own, created when
 * its first row is flushed. Changed by the flush thread; read by any.
 */
public final class DynamicCollections {

    /** Invariant 3: an expression that yields too many names fills neither memory nor Typesense. */
    public static final int MOST = 1_000;

    private static final Logger log = LoggerFactory.getLogger(DynamicCollections.class);

    private final Config.Document config;
    private final TableInfo table;
    private final CollectionRecord record;
    private final CollectionInfo design;
    private final CollectionDesign shape;
    private final Placements placements;
    private final DocumentMapper mapper;
    private final Map<String, Target> members = new ConcurrentSkipListMap<>();
    private volatile @Nullable List<String> writtenAs;
    private volatile boolean loading;
    private volatile CollectionFollower.Reloads reloads = collection -> {};

    /**
     * Creates a family without members.
     *
     * @param config a document whose collection is an expression
     * @param table the table as the catalog described it at the start
     * @param writtenAs as {@link Target} has it, for all members alike
     */
    public DynamicCollections(
            Config.Document config, TableInfo table, CollectionRecord record, @Nullable List<String> writtenAs) {
        if (!(config.destination() instanceof Destination.Dynamic dynamic)) {
            throw new IllegalArgumentException(config.destinationText() + " is not of an expression");
        }
        this.shape = new CollectionDesign(config, table.schema());
        List<SinkField> fields = shape.fields();
        this.config = config;
        this.table = table;
        this.record = record;
        this.design = new CollectionInfo(config.collection(), fields, CollectionDesign.nested(fields), null, 0);
        this.placements = new Placements(dynamic.expression());
        this.mapper = new DocumentMapper(config, table.key(), design);
        this.writtenAs = writtenAs;
    }

    public Config.Document config() {
        return config;
    }

    public TableId table() {
        return table.schema().table();
    }

    public TableInfo tableInfo() {
        return table;
    }

    /** Returns the design of each of its collections, under a name that none of them has. */
    public CollectionInfo design() {
        return design;
    }

    /** Finds the collections of rows; flush thread only. */
    public Placements placements() {
        return placements;
    }

    /** Returns the mapper for the ids and the selection of rows that have no collection; flush thread only. */
    public DocumentMapper mapper() {
        return mapper;
    }

    public CollectionRecord record() {
        return record;
    }

    /** Returns its collections, in the order of their names. */
    public Collection<Target> members() {
        return members.values();
    }

    public Optional<Target> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /** Returns the columns with their types that every document was written from, or null if they were not the same. */
    public @Nullable List<String> writtenAs() {
        return members.values().stream().allMatch(member -> member.writtenAs() != null) ? writtenAs : null;
    }

    /** Records that a load writes every document again, from rows of these columns. Any thread. */
    void loadBegun(List<String> columns) {
        writtenAs = columns;
        members.values().forEach(member -> member.loadBegun(columns));
    }

    /** Sets whether a load of the table is not done: then every change is written as a full document. */
    void loading(boolean now) {
        loading = now;
        members.values().forEach(member -> member.loading(now));
    }

    /** Adds a collection that was fed before and exists. */
    public void add(CollectionInfo there, List<String> columns) {
        Target member = new Target(config.in(there.name()), table, there, columns, writtenAs());
        member.reloads(reloads);
        member.loading(loading);
        members.put(there.name(), member);
    }

    /** Sets what requests the reload of tables when values of a collection are lost. */
    public void reloads(CollectionFollower.Reloads by) {
        reloads = by;
        members.values().forEach(member -> member.reloads(by));
    }

    /** Removes a collection whose documents were deleted: it is created again when a row comes. */
    public void remove(Target member) {
        members.remove(member.collection());
    }

    /**
     * Finds or creates the collection of that name and adds it to the members. Safe to repeat, also after a crash.
     *
     * @return why no row can go there; null if it is a member now
     * @throws SinkException {@link SinkException.Kind#FATAL} if the operator has to create or fix it first
     */
    @Nullable
    public String open(String name, Sink sink) throws SinkException, InterruptedException {
        CollectionInfo there = sink.find(name).orElse(null);
        if (there == null) {
            there = create(name, sink);
        }
        if (!there.name().equals(name)) { // Invariant 5
            return "collection: '" + name + "' is an alias of " + there.name()
                    + "; an expression must yield the names of collections";
        }
        List<String> mismatches = shape.mismatches(there, false);
        if (!mismatches.isEmpty()) {
            throw new SinkException(
                    SinkException.Kind.FATAL,
                    "collection_unfit",
                    "rows of " + table() + " belong to collection " + name + ", which does not take them: "
                            + String.join("; ", mismatches),
                    "drop the collection to have it made again, or change the document's 'fields' and restart",
                    null);
        }
        add(there, Columns.texts(table.schema()));
        return null;
    }

    /**
     * Checks whether other clients filled the collection of that name, before it is recorded as one of ours (invariant 9).
     *
     * @return whether it holds documents of other clients and may be taken over
     * @throws SinkException {@link SinkException.Kind#FATAL} if it holds some and must not be taken over
     */
    public boolean adopts(String name, Sink sink) throws SinkException, InterruptedException {
        CollectionInfo there = sink.find(name).orElse(null);
        if (there == null || !there.name().equals(name) || there.documents() == 0) {
            return false;
        }
        if (!config.adopt()) {
            throw new SinkException(
                    SinkException.Kind.FATAL,
                    "collection_foreign",
                    "rows of " + table() + " belong to collection " + name + ", which holds " + there.documents()
                            + " documents, and the state directory does not record that this pipeline ever wrote it",
                    "add 'adopt: true' to the entry of " + table()
                            + " under 'documents' and restart; or drop the collection, or let the expression yield another name",
                    null);
        }
        return true;
    }

    private CollectionInfo create(String name, Sink sink) throws SinkException, InterruptedException {
        if (!config.create()) {
            throw new SinkException(
                    SinkException.Kind.FATAL,
                    "collection_missing",
                    "rows of " + table() + " belong to collection " + name + ", which does not exist",
                    "create it, and it continues automatically; or set 'create: true' for this document and restart",
                    null);
        }
        sink.create(name, design.fields(), design.nested());
        log.atInfo()
                .addKeyValue("collection", name)
                .addKeyValue("table", table())
                .log("created collection {} from {}", name, table());
        return sink.find(name)
                .orElseThrow(() -> new SinkException(
                        SinkException.Kind.RETRYABLE,
                        "not_ready",
                        "collection " + name + " was created and is not there yet",
                        "",
                        null));
    }
}
