package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Column;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.Placement;
import dev.tidemark.document.Placements;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection that a table feeds: its concrete name, resolved once (invariant 5), and the mapper of its rows. Used by
 * the flush, one thread at a time.
 */
public final class Target {

    private static final Logger log = LoggerFactory.getLogger(Target.class);

    private final Config.Document config;
    private final TableInfo table;
    private final @Nullable Placements placements;
    private final Set<RowSchema> followed = Collections.newSetFromMap(new java.util.WeakHashMap<>());
    private CollectionInfo collection;
    private DocumentMapper mapper;
    private Set<String> columns;
    private @Nullable List<String> writtenAs;
    private @Nullable RowSchema lastCompared;
    private boolean mixed;

    /**
     * Makes a target.
     *
     * @param table what the catalog said at the start
     * @param collection the collection as it is now
     * @param columns the table's columns as they were last recorded; those at the start where nothing is
     * @param writtenAs the columns with their types ({@link CollectionDesign#columns}) that every document was written from;
     *     null where that is not known
     */
    public Target(
            Config.Document config,
            TableInfo table,
            CollectionInfo collection,
            List<String> columns,
            @Nullable List<String> writtenAs) {
        this.config = config;
        this.placements = config.collectionBy() == null ? null : new Placements(config.collectionBy());
        this.writtenAs = writtenAs;
        this.table = table;
        this.collection = collection;
        this.columns = new HashSet<>(columns);
        this.mapper = new DocumentMapper(config, table.key(), collection);
    }

    public Config.Document config() {
        return config;
    }

    public TableId table() {
        return table.schema().table();
    }

    /** Whether other tables feed the collection, too. Then only ids with this target's prefix are its own. */
    boolean isShared() {
        return !config.idPrefix().isEmpty();
    }

    /** Whether the id is of a document of this target. */
    boolean owns(String id) {
        return id.startsWith(config.idPrefix());
    }

    /** Whether the row's document belongs here, as far as that can be told: an expression may put it elsewhere. */
    boolean takes(Row row) {
        if (placements == null) {
            return true;
        }
        Placement placement = placements.of(row);
        return placement instanceof Placement.Unknown
                || (placement instanceof Placement.In in && in.collection().equals(config.collection()));
    }

    public List<String> key() {
        return table.key();
    }

    /** The row's key, as text. */
    String keyText(Row row) {
        return String.valueOf(DocumentIds.of(key(), row.schema()).of(row));
    }

    public TableInfo tableInfo() {
        return table;
    }

    /** The concrete collection. */
    public String collection() {
        return collection.name();
    }

    /** The collection as it was last seen. */
    public CollectionInfo collectionInfo() {
        return collection;
    }

    public DocumentMapper mapper() {
        return mapper;
    }

    /**
     * Whether every document was written from rows of these very columns and types, so that an update may write the fields
     * that changed and leave the others. An ALTER TABLE changes values and tells of no row: from the first row of another
     * schema on, whole documents heal it, until a snapshot has written all of them again.
     */
    synchronized boolean isWrittenAs(RowSchema schema) {
        if (schema != lastCompared) {
            lastCompared = schema;
            if (writtenAs != null && !writtenAs.equals(CollectionDesign.columns(schema))) {
                writtenAs = null;
                mixed = true;
            }
        }
        return writtenAs != null;
    }

    /** The columns with their types that every document was written from, or null where they were not the same. */
    public synchronized @Nullable List<String> writtenAs() {
        return writtenAs;
    }

    /** Whether rows of another schema came and nobody was told yet. */
    synchronized boolean isNewlyMixed() {
        return mixed;
    }

    synchronized void mixedRecorded() {
        mixed = false;
    }

    /** A snapshot begins, which writes every document again. Any thread. */
    public synchronized void snapshotStarted() {
        writtenAs = CollectionDesign.columns(table.schema());
        lastCompared = null;
        mixed = false;
    }

    DocumentIds ids(RowSchema schema) {
        return mapper.ids(schema);
    }

    /**
     * Lets the collection follow a table whose columns changed since they were last seen, where the collection is ours to
     * shape ({@code create: true}): new columns become optional fields, lost ones stop being required.
     */
    void follow(RowSchema schema, Sink sink) throws SinkException, InterruptedException {
        if (!followed.add(schema)) {
            return;
        }
        Set<String> now = new HashSet<>();
        schema.columns().forEach(column -> now.add(column.name()));
        if (now.equals(columns)) {
            return;
        }
        CollectionDesign.Alteration alteration = config.create()
                ? new CollectionDesign(config, schema).follow(collection)
                : new CollectionDesign.Alteration(List.of(), List.of());
        if (!alteration.isEmpty()) {
            try {
                log.info(
                        "the columns of {} changed to {}: altering collection {}",
                        table(),
                        schema.columns().stream().map(Column::name).toList(),
                        collection());
                sink.alter(collection(), alteration.add(), alteration.drop());
                collection = sink.find(collection()).orElse(collection);
            } catch (SinkException e) {
                if (e.kind() == SinkException.Kind.RETRYABLE) {
                    followed.remove(schema);
                    throw e;
                }
                log.warn(
                        "collection {} could not follow the changed columns of {}: {}. Documents are written as they are;"
                                + " add the fields by hand to make them searchable.",
                        collection(),
                        table(),
                        e.getMessage());
            }
            mapper = new DocumentMapper(config, table.key(), collection);
        }
        columns = now;
    }
}
