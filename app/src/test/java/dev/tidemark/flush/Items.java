package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.sink.CollectionInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes of a table {@code public.items (id text, n bigint)} to test with. Positions are offsets, too. */
public final class Items {

    public static final TableId TABLE = new TableId("public", "items");
    public static final RowSchema SCHEMA = new RowSchema(
            TABLE,
            List.of(
                    new Column("id", ColumnType.of(ColumnType.Kind.TEXT), false),
                    new Column("n", ColumnType.of(ColumnType.Kind.INT64), true)));

    private Items() {}

    public static Target target(String collection) {
        return target(collection, "");
    }

    public static Target target(String collection, String idPrefix) {
        return target(DocumentBuilder.of(TABLE, collection).idPrefix(idPrefix).build());
    }

    /** Creates the target of a document of {@link #TABLE}. */
    public static Target target(Config.Document document) {
        CollectionInfo there = new CollectionInfo(document.collection(), List.of(), false, null, 0);
        return new Target(
                document,
                new TableInfo(SCHEMA, List.of("id"), -1),
                there,
                List.of("id", "n"),
                CollectionDesign.columns(SCHEMA));
    }

    public static Row row(@Nullable String id, @Nullable Object n) {
        return new Row(SCHEMA, new @Nullable Object[] {id, n});
    }

    public static ChangeEvent insert(long position, @Nullable String id, @Nullable Object n) {
        return event(position, new Change.Upsert(null, row(id, n), Change.Upsert.Cause.INSERT));
    }

    public static ChangeEvent update(long position, String oldId, String id, @Nullable Object n) {
        Row before = row(oldId, Row.UNAVAILABLE);
        return event(position, new Change.Upsert(before, row(id, n), Change.Upsert.Cause.UPDATE));
    }

    public static ChangeEvent delete(long position, @Nullable String id) {
        return event(position, new Change.Delete(row(id, Row.UNAVAILABLE)));
    }

    public static ChangeEvent truncate(long position) {
        return event(position, new Change.Truncate(TABLE));
    }

    public static ChangeEvent heartbeat(long position) {
        return event(position, new Change.Heartbeat());
    }

    public static ChangeEvent event(long position, Change change) {
        return new ChangeEvent(change, position, 1_000, Map.of("at", position), 100);
    }

    static ChangeEvent withoutOffset(ChangeEvent event) {
        return new ChangeEvent(event.change(), event.position(), event.commitMillis(), null, event.bytes());
    }

    public static String document(String id, @Nullable Object n) {
        return "{\"id\":\"" + id + "\"" + (n == null ? "" : ",\"n\":" + n) + "}";
    }
}
