package dev.tidemark.flush;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.ColumnChanges;
import dev.tidemark.document.Columns;
import dev.tidemark.flush.schema.CatalogColumns;
import dev.tidemark.health.Health;
import dev.tidemark.load.Doubts;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.sink.Sink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests a table reload if an ALTER TABLE gave rows other values: no change in the log shows these. The stream decides, when
 * a row of other columns has been flushed: all rows from before the ALTER TABLE have been flushed then, so what is read is
 * never overwritten by them. If no row comes, the catalog decides ({@link CatalogColumns}), once all is flushed that the log
 * held when it was compared. The request is stored before the columns are recorded, and both before the offset: a crash in
 * between only repeats them. Code that removes values from a collection requests the reload itself, before that. Flush thread
 * only, except for those requests.
 */
final class SchemaReloads {

    private final Targets targets;
    private final Doubts doubts;
    private final ColumnRecord record;
    private final RowReader reader;
    private final Sink sink;
    private final RetryLoop persistence;
    private final Map<TableId, RowSchema> last = new HashMap<>();

    SchemaReloads(SourceSide from, SinkSide to, RetryLoop persistence) {
        this.targets = to.targets();
        this.sink = to.sink();
        this.doubts = from.doubts();
        this.record = from.columns();
        this.reader = from.reader();
        this.persistence = persistence;
        targets.named().forEach(target -> target.reloads(this::reload));
        targets.families().forEach(family -> family.reloads(this::reload));
    }

    /** Requests a reload of the collection's tables, before values of the collection are lost. Any thread. */
    private void reload(String collection) throws IOException {
        for (Target target : targets.all()) {
            if (target.collection().equals(collection)) {
                doubts.raise(
                        target.table(), DoubtReason.DDL, "a field of collection " + collection + " loses its values");
            }
        }
    }

    /** Checks the columns of rows that are durable; what follows from them is durable, too, when this returns. */
    void flushed(List<ChangeEvent> events) throws InterruptedException {
        Map<TableId, List<RowSchema>> fresh = null;
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.Upsert upsert
                    && last.get(upsert.table()) != upsert.after().schema()) {
                RowSchema schema = upsert.after().schema();
                last.put(upsert.table(), schema);
                fresh = fresh == null ? new LinkedHashMap<>() : fresh;
                fresh.computeIfAbsent(upsert.table(), table -> new ArrayList<>())
                        .add(schema);
            }
        }
        if (fresh != null) {
            for (Map.Entry<TableId, List<RowSchema>> each : fresh.entrySet()) {
                for (Config.Document document : ofRows(each.getKey())) {
                    for (RowSchema schema : each.getValue()) {
                        decide(document, schema);
                    }
                }
            }
        }
    }

    private List<Config.Document> ofRows(TableId table) {
        List<Config.Document> documents = new ArrayList<>();
        for (Target target : targets.named()) {
            if (target.table().equals(table) && !target.config().isJoined()) {
                documents.add(target.config());
            }
        }
        for (DynamicCollections family : targets.families()) {
            if (family.table().equals(table)) {
                documents.add(family.config());
            }
        }
        return documents;
    }

    /**
     * Follows columns that the catalog shows and no row has shown.
     *
     * @param committed the position up to which all is durable
     */
    void follow(CatalogColumns catalog, long committed) throws InterruptedException {
        for (CatalogColumns.Change change : catalog.due(committed)) {
            for (Target target : targets.all()) {
                if (target.config().recordName().equals(change.record())) {
                    persistence.persist(
                            "collection " + target.collection(),
                            Health.Part.FLUSH,
                            () -> target.follow(change.schema(), java.util.Set.of(), sink));
                }
            }
            for (Config.Document document : documents()) {
                if (document.recordName().equals(change.record())) {
                    decide(document, change.schema());
                }
            }
            catalog.done(change);
        }
    }

    private List<Config.Document> documents() {
        List<Config.Document> documents = new ArrayList<>();
        targets.named().forEach(target -> documents.add(target.config()));
        targets.families().forEach(family -> documents.add(family.config()));
        return documents;
    }

    private void decide(Config.Document document, RowSchema schema) throws InterruptedException {
        List<String> before = record.followed(document.recordName());
        List<String> now = Columns.texts(schema);
        if (before == null || before.equals(now)) { // without a record the initial load runs, which reads every row
            return;
        }
        String reason = reason(ColumnChanges.between(before, schema, document), schema);
        TableId table = document.table().id();
        String what = "the record of changed columns of " + table;
        persistence.persist(what, Health.Part.OFFSETS, () -> {
            if (reason != null) {
                doubts.raise(table, DoubtReason.DDL, reason);
            }
            record.followed(document.recordName(), now);
        });
    }

    private @Nullable String reason(ColumnChanges changes, RowSchema schema) throws InterruptedException {
        if (changes.other() != null || changes.added().isEmpty()) {
            return changes.other();
        }
        Boolean filled = persistence.ask(
                "the columns of " + schema.table(),
                Health.Part.FLUSH,
                () -> reader.mayBeFilled(schema.table(), changes.added()));
        return Boolean.FALSE.equals(filled) ? null : "rows may have values in the new columns " + changes.added();
    }
}
