package dev.tidemark.collection;

import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.Placement;
import dev.tidemark.document.Placements;
import dev.tidemark.health.Health;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One collection that a table feeds: its concrete name, resolved once (invariant 5), and the mapper of its rows. Used by
 * the flush, one thread at a time.
 * Upholds invariant 4.
 */
public final class Target {

    private final Config.Document config;
    private final TableInfo table;
    private final @Nullable Placements placements;
    private final CollectionFollower follower;
    private final JsonTypes jsonTypes = new JsonTypes(this);
    private volatile CollectionFollower.Reloads reloads = collection -> {};
    private volatile DocumentMapper mapper;
    private @Nullable List<String> writtenAs;
    private @Nullable RowSchema lastCompared;
    private boolean mixed;
    private boolean loading;

    /**
     * Creates a target.
     *
     * @param table the table as the catalog described it at the start
     * @param collection the collection as it is now
     * @param columns the table's columns as they were last recorded ({@link dev.tidemark.document.Columns}); those at the start
     *     if none are recorded
     * @param writtenAs the columns with their types ({@link CollectionDesign#columns}) that every document was written from;
     *     null if that is not known
     */
    public Target(
            Config.Document config,
            TableInfo table,
            CollectionInfo collection,
            List<String> columns,
            @Nullable List<String> writtenAs) {
        this.config = config;
        this.placements = config.destination() instanceof Destination.Dynamic dynamic
                ? new Placements(dynamic.expression())
                : null;
        this.writtenAs = writtenAs;
        this.table = table;
        this.follower = new CollectionFollower(config, table.schema(), columns, collection);
        this.mapper = new DocumentMapper(config, table.key(), collection);
    }

    public Config.Document config() {
        return config;
    }

    public TableId table() {
        return table.schema().table();
    }

    /** Returns whether other tables feed the collection, too. Then only ids with this target's prefix are its own. */
    public boolean isShared() {
        return !config.idPrefix().isEmpty();
    }

    /** Returns whether the id is of a document of this target. */
    public boolean owns(String id) {
        return id.startsWith(config.idPrefix());
    }

    /** Returns whether the row's document belongs here, as far as that can be determined: an expression may put it elsewhere. */
    public boolean takes(Row row) {
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

    /** Returns the row's key, as text. */
    public String keyText(Row row) {
        return String.valueOf(DocumentIds.of(key(), row.schema()).of(row));
    }

    /** Returns the texts of the row's key. */
    public String[] keyTexts(Row row) {
        DocumentIds ids = DocumentIds.of(key(), row.schema());
        return Objects.requireNonNull(ids.texts(String.valueOf(ids.of(row))));
    }

    /** Returns the texts of the key in a document's id; null if it contains none, or one that no row can have. */
    public String @Nullable [] keyTexts(String id) {
        RowSchema schema = table.schema();
        String @Nullable [] texts = ids(schema).texts(id);
        if (texts == null) {
            return null;
        }
        for (int i = 0; i < texts.length; i++) {
            int column = schema.indexOf(key().get(i));
            if (column >= 0 && KeyText.parse(schema.columns().get(column).type().kind(), texts[i]) == null) {
                return null;
            }
        }
        return texts;
    }

    public TableInfo tableInfo() {
        return table;
    }

    /** Returns the concrete collection's name. */
    public String collection() {
        return follower.collection().name();
    }

    /** Returns the collection as it was last seen. */
    public CollectionInfo collectionInfo() {
        return follower.collection();
    }

    public DocumentMapper mapper() {
        return mapper;
    }

    /**
     * Returns whether every document was written from rows of exactly these columns and types, so that an update may write the
     * fields that changed and leave the others. An ALTER TABLE changes values without a change of any row in the log: from the
     * first row of another schema on, full documents are written to correct that, until a load has written all of them again.
     */
    public synchronized boolean isWrittenAs(RowSchema schema) {
        if (schema != lastCompared) {
            lastCompared = schema;
            if (writtenAs != null && !writtenAs.equals(CollectionDesign.columns(schema))) {
                writtenAs = null;
                mixed = true;
            }
        }
        return writtenAs != null && !loading;
    }

    /** Sets whether a load of the table is not done: then every change is written as a full document. */
    synchronized void loading(boolean now) {
        loading = now;
    }

    /** Returns the columns with their types that every document was written from, or null if they were not the same. */
    public synchronized @Nullable List<String> writtenAs() {
        return writtenAs;
    }

    /** Returns whether rows of another schema came and that was not recorded yet. */
    public synchronized boolean isNewlyMixed() {
        return mixed;
    }

    public synchronized void mixedRecorded() {
        mixed = false;
    }

    /** Records that a load writes every document again, from rows of these columns. Any thread. */
    synchronized void loadBegun(List<String> columns) {
        writtenAs = config.isJoined() ? CollectionDesign.columns(table.schema()) : columns;
        lastCompared = null;
        mixed = false;
    }

    /** Returns what decides the types of values inside the collection's JSON. */
    public JsonTypes jsonTypes() {
        return jsonTypes;
    }

    /** Sets what requests the reload of tables when values of the collection are lost. */
    public void reloads(CollectionFollower.Reloads by) {
        reloads = by;
    }

    public DocumentIds ids(RowSchema schema) {
        return mapper.ids(schema);
    }

    /**
     * Lets the collection follow a table whose columns changed since they were last seen, if Tidemark may alter it
     * ({@code create: true}).
     *
     * @param nulls required fields that a row has no value for
     */
    public void follow(RowSchema schema, Set<String> nulls, Sink sink) throws SinkException, InterruptedException {
        if (follower.follow(schema, nulls, isShared(), sink, reloads)) {
            mapper = new DocumentMapper(config, table.key(), follower.collection());
        }
    }

    /** Returns what of the table's columns the collection cannot follow, and what to do. Any thread. */
    public List<Health.Condition> blocked() {
        return follower.blocked();
    }
}
