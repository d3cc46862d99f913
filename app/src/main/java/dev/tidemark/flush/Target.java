package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Column;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    private final Set<RowSchema> followed = Collections.newSetFromMap(new java.util.WeakHashMap<>());
    private CollectionInfo collection;
    private DocumentMapper mapper;
    private Set<String> columns;

    /**
     * Makes a target.
     *
     * @param table what the catalog said at the start
     * @param collection the collection as it is now
     * @param columns the table's columns as they were last recorded; those at the start where nothing is
     */
    public Target(Config.Document config, TableInfo table, CollectionInfo collection, List<String> columns) {
        this.config = config;
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

    public List<String> key() {
        return table.key();
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
                ? CollectionDesign.follow(config, schema, collection)
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
