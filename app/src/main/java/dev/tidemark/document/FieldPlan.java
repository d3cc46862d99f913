package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Column;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which fields a document has, by the configuration and the table's columns: with {@code fields} those, else every
 * column under its own name.
 */
final class FieldPlan {

    /** The document's id has this name, so no column can. */
    static final String ID = "id";

    private static final Config.Field PLAIN = new Config.Field(null, null, null, null, null, null, null);

    private FieldPlan() {}

    /**
     * A field of a document.
     *
     * @param name its name in the document
     * @param column its column's index, or of the latitude
     * @param second the longitude's index, -1 where the field has one column
     * @param config what the configuration says of it
     */
    record Field(String name, int column, int second, Config.Field config) {}

    /** The document's fields; what names a column that the table does not have (any more) is left out. */
    static List<Field> of(Config.Document document, RowSchema schema) {
        List<Field> fields = new ArrayList<>();
        configured(document, schema).forEach((name, config) -> {
            Config.Point point = config.point();
            int column = schema.indexOf(point == null ? columnOf(name, config) : point.lat());
            int second = point == null ? -1 : schema.indexOf(point.lon());
            if (column >= 0 && (point == null || second >= 0)) {
                fields.add(new Field(name, column, second, config));
            }
        });
        return fields;
    }

    private static Map<String, Config.Field> configured(Config.Document document, RowSchema schema) {
        Map<String, Config.Field> configured = document.fields();
        if (configured != null) {
            return configured;
        }
        Map<String, Config.Field> every = new LinkedHashMap<>();
        for (Column column : schema.columns()) {
            if (!column.name().equals(ID)) {
                every.put(column.name(), PLAIN);
            }
        }
        return every;
    }

    private static String columnOf(String name, Config.Field config) {
        String column = config.column();
        return column == null ? name : column;
    }

    /** What the configuration asks of the table and the table cannot give; empty where all is well. */
    static List<String> problems(Config.Document document, RowSchema schema) {
        List<String> problems = new ArrayList<>();
        Map<String, Config.Field> configured = document.fields();
        if (configured != null) {
            configured.forEach((name, config) -> {
                Config.Point point = config.point();
                List<String> columns =
                        point == null ? List.of(columnOf(name, config)) : List.of(point.lat(), point.lon());
                for (String column : columns) {
                    if (schema.indexOf(column) < 0) {
                        problems.add("field '" + name + "' is read from column '" + column + "', which "
                                + schema.table() + " does not have");
                    }
                }
            });
        }
        return problems;
    }

    /** The field's type where the collection does not say: the configured one, else that of the type table. */
    static String type(Field field, RowSchema schema) {
        String configured = field.config.type();
        if (configured != null) {
            return configured;
        }
        return field.second >= 0
                ? "geopoint"
                : TypeTable.fieldType(schema.columns().get(field.column).type());
    }

    /** The field as a collection made from this table declares it. */
    static SinkField declared(Field field, RowSchema schema) {
        Config.Field config = field.config;
        String type = type(field, schema);
        boolean nullable = schema.columns().get(field.column).nullable()
                || (field.second >= 0 && schema.columns().get(field.second).nullable());
        boolean index = or(config.index(), true);
        return new SinkField(
                field.name,
                type.equals("int64ms") ? "int64" : type,
                or(config.facet(), false),
                // A field that is not indexed must be optional for Typesense; one of a JSON column may be a JSON null.
                or(config.optional(), nullable || !index || type.startsWith("object")),
                index,
                config.sort());
    }

    private static boolean or(@Nullable Boolean configured, boolean otherwise) {
        return configured == null ? otherwise : configured;
    }
}
