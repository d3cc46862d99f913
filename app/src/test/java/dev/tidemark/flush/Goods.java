package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a table {@code public.goods (id text, name text not null, n bigint, big text, secret text)} to test with; the
 * documents have every column but {@code secret}, and {@code extra} where the table has it. Positions are offsets, too.
 */
public final class Goods {

    public static final TableId TABLE = new TableId("public", "goods");
    public static final String COLLECTION = "goods";
    public static final RowSchema SCHEMA = schema(Kind.INT64, false);
    public static final List<String> WRITTEN_AS = CollectionDesign.columns(SCHEMA);
    public static final Config.Field PLAIN = new Config.Field(null, null, null, null, null, null, null);

    private Goods() {}

    /** A new version of the table; of the same columns, too, where nothing differs. */
    static RowSchema schema(Kind n, boolean extra) {
        Column id = new Column("id", ColumnType.of(Kind.TEXT), false);
        Column name = new Column("name", ColumnType.of(Kind.TEXT), true);
        Column number = new Column("n", ColumnType.of(n), true);
        Column big = new Column("big", ColumnType.of(Kind.TEXT), true);
        Column secret = new Column("secret", ColumnType.of(Kind.TEXT), true);
        Column more = new Column("extra", ColumnType.of(Kind.INT64), true);
        return new RowSchema(
                TABLE, extra ? List.of(id, name, number, big, secret, more) : List.of(id, name, number, big, secret));
    }

    /** Where every document was written from rows of {@link #SCHEMA}; {@code name} is required, nothing else. */
    public static Target target() {
        return target(CollectionDesign.columns(SCHEMA));
    }

    public static Target target(@Nullable List<String> writtenAs) {
        return target(writtenAs, Config.Selection.ALL);
    }

    public static Target target(@Nullable List<String> writtenAs, Config.Selection selection) {
        return target(writtenAs, selection, Map.of());
    }

    /**
     * Creates a target.
     *
     * @param computed fields alongside those of the columns
     */
    public static Target target(
            @Nullable List<String> writtenAs, Config.Selection selection, Map<String, Config.Field> computed) {
        return target(writtenAs, selection, computed, Config.Validation.NONE);
    }

    public static Target target(
            @Nullable List<String> writtenAs,
            Config.Selection selection,
            Map<String, Config.Field> computed,
            Config.Validation validation) {
        return target(writtenAs, selection, computed, validation, null);
    }

    /**
     * Creates a target.
     *
     * @param idCel what yields the ids; null: the key
     */
    public static Target target(
            @Nullable List<String> writtenAs,
            Config.Selection selection,
            Map<String, Config.Field> computed,
            Config.Validation validation,
            @Nullable Expression idCel) {
        Map<String, Config.Field> fields = new LinkedHashMap<>();
        for (String name : List.of("name", "n", "big", "extra")) {
            fields.put(name, PLAIN);
        }
        fields.putAll(computed);
        SinkField name = new SinkField("name", "string", false, false, true, null);
        return new Target(
                DocumentBuilder.of(TABLE, COLLECTION)
                        .neverCreated()
                        .fields(fields)
                        .selection(selection)
                        .validation(validation)
                        .idBy(idCel)
                        .build(),
                new TableInfo(SCHEMA, List.of("id"), -1),
                new CollectionInfo(COLLECTION, List.of(name), false, null, 0),
                SCHEMA.columns().stream().map(Column::name).toList(),
                writtenAs);
    }

    public static Row row(@Nullable Object... values) {
        return new Row(SCHEMA, values);
    }

    public static ChangeEvent insert(long position, Row row) {
        return Items.event(position, new Change.Upsert(null, row, Change.Upsert.Cause.INSERT));
    }

    public static ChangeEvent update(long position, @Nullable Row before, Row after) {
        return Items.event(position, new Change.Upsert(before, after, Change.Upsert.Cause.UPDATE));
    }

    static ChangeEvent delete(long position, Row before) {
        return Items.event(position, new Change.Delete(before));
    }
}
