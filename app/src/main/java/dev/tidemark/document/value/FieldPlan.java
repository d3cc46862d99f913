package dev.tidemark.document.value;

import dev.tidemark.config.Config;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.expression.Compilation;
import dev.tidemark.expression.RowExpression;
import dev.tidemark.expression.RowScope;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a document, by the configuration and the table's columns: with {@code fields} those, else every column under its own
 * name.
 */
public final class FieldPlan {

    /** The document's id has this name, so no column can. */
    public static final String ID = "id";

    /** The type of a JSON column of any content: Typesense does not know the field, so it checks nothing. */
    public static final String UNCHECKED = "object*";

    private static final Config.Field PLAIN = new Config.Field(null, null, null, null, null, null, null);

    private FieldPlan() {}

    /**
     * A field of a document.
     *
     * @param name its name in the document
     * @param source what it is formed from
     * @param config its configuration
     */
    public record Field(String name, Source source, Config.Field config) {}

    /** Source that a field is formed from. */
    public sealed interface Source {}

    /** One column. */
    public record OfColumn(Column column, int index) implements Source {}

    /** Two columns, a latitude and a longitude. */
    public record OfPoint(Column lat, int latIndex, Column lon, int lonIndex) implements Source {}

    /** An expression. */
    public record OfExpression(RowExpression expression) implements Source {}

    /**
     * A value inside the JSON of another field, which writes it; only declared.
     *
     * @param parent the field that it is inside of
     */
    public record OfPath(String parent) implements Source {}

    /** An expression that does not fit these columns (any more), and why. */
    public record Unfit(String reason) implements Source {}

    /**
     * Returns the document's fields, their expressions compiled in that scope of the schema; a field that names a column which
     * the table does not have (any more) is left out.
     */
    public static List<Field> of(Config.Document document, RowSchema schema, RowScope scope) {
        List<Field> fields = new ArrayList<>();
        Map<String, Config.Field> configured = configured(document, schema);
        configured.forEach((name, config) -> {
            Source source = isPath(name, config, schema)
                    ? path(name, configured, schema, scope)
                    : source(name, config, schema, scope);
            if (source != null) {
                fields.add(new Field(name, source, config));
            }
        });
        return fields;
    }

    private static @Nullable Source source(String name, Config.Field config, RowSchema schema, RowScope scope) {
        Expression cel = config.cel();
        if (cel != null) {
            Compilation compiled = scope.compile(cel.text());
            RowExpression expression = compiled.expression();
            return expression == null
                    ? new Unfit("field '" + name + "': " + ExpressionProblems.reason(cel, compiled, schema))
                    : new OfExpression(expression);
        }
        Config.Point point = config.point();
        int first = schema.indexOf(point == null ? columnOf(name, config) : point.lat());
        int second = point == null ? first : schema.indexOf(point.lon());
        if (first < 0 || second < 0) {
            return null;
        }
        List<Column> columns = schema.columns();
        return point == null
                ? new OfColumn(columns.get(first), first)
                : new OfPoint(columns.get(first), first, columns.get(second), second);
    }

    /** Returns whether the name may be of a value inside a JSON column: no other setting defines what it is formed from. */
    private static boolean isPath(String name, Config.Field config, RowSchema schema) {
        return name.indexOf('.') > 0
                && config.cel() == null
                && config.point() == null
                && name.equals(columnOf(name, config))
                && schema.indexOf(name) < 0;
    }

    /** Returns the longest field of objects whose name the path begins with, or null. */
    private static @Nullable Source path(
            String name, Map<String, Config.Field> configured, RowSchema schema, RowScope scope) {
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            String parent = name.substring(0, dot);
            Config.Field config = configured.get(parent);
            Source source =
                    config == null || isPath(parent, config, schema) ? null : source(parent, config, schema, scope);
            if (config != null
                    && source != null
                    && type(new Field(parent, source, config)).matches("object(\\[])?")) {
                return new OfPath(parent);
            }
        }
        return null;
    }

    private static Map<String, Config.Field> configured(Config.Document document, RowSchema schema) {
        Map<String, Config.Field> configured = document.fields();
        boolean onlyPaths = configured != null
                && !configured.isEmpty()
                && configured.entrySet().stream()
                        .allMatch(field -> isPath(field.getKey(), field.getValue(), schema)
                                && schema.indexOf(field.getKey()
                                                .substring(0, field.getKey().indexOf('.')))
                                        >= 0);
        if (configured != null && !onlyPaths) {
            return configured;
        }
        Map<String, Config.Field> every = new LinkedHashMap<>();
        for (Column column : schema.columns()) {
            if (!column.name().equals(ID)) {
                every.put(column.name(), PLAIN);
            }
        }
        if (configured != null) {
            every.putAll(configured);
        }
        return every;
    }

    private static String columnOf(String name, Config.Field config) {
        String column = config.column();
        return column == null ? name : column;
    }

    /**
     * Returns what the configuration requires of the table and the table cannot provide; empty if nothing is wrong.
     *
     * @param plan the document's fields, {@link #of} the same scope
     */
    public static List<String> problems(Config.Document document, RowSchema schema, RowScope scope, List<Field> plan) {
        List<String> problems = new ArrayList<>();
        Map<String, Config.Field> configured = document.fields();
        if (configured != null) {
            configured.forEach((name, config) -> {
                if (config.cel() != null) {
                    problems.addAll(ExpressionProblems.of(config.cel(), scope, schema, config.type()));
                } else if (plan.stream()
                        .noneMatch(field -> field.name().equals(name) && field.source() instanceof OfPath)) {
                    problems.addAll(missing(name, config, schema));
                }
            });
        }
        for (Field field : plan) {
            String type = type(field);
            if (field.source() instanceof OfPath path && field.config().type() == null && isIndexed(field)) {
                problems.add("field '" + field.name() + "' is inside of '" + path.parent()
                        + "': give it a 'type', or 'index: false'");
            }
            if (field.source() instanceof OfColumn of && writer(of, type) == null) {
                problems.add("field '" + field.name() + "' of type " + type + " cannot be formed from " + words(of)
                        + " of " + schema.table());
            }
        }
        return problems;
    }

    private static List<String> missing(String name, Config.Field config, RowSchema schema) {
        Config.Point point = config.point();
        List<String> columns = point == null ? List.of(columnOf(name, config)) : List.of(point.lat(), point.lon());
        return columns.stream()
                .filter(column -> schema.indexOf(column) < 0)
                .map(column -> "field '" + name + "' is read from column '" + column + "', which " + schema.table()
                        + " does not have")
                .toList();
    }

    /** Returns the field's type unless the collection declares it: the configured one, else what its source suggests. */
    public static String type(Field field) {
        String configured = field.config.type();
        if (configured != null) {
            return configured;
        }
        if (field.source instanceof OfColumn of) {
            String type = TypeTable.fieldType(of.column().type());
            // Typesense checks values inside of an object also if it is not indexed.
            return type.equals("object") && !isIndexed(field) ? UNCHECKED : type;
        } else if (field.source instanceof OfPath) {
            return "object"; // not indexed: Typesense takes any value for it
        } else if (field.source instanceof OfExpression of) {
            String type = ResultWriters.fieldType(of.expression().type());
            return type == null ? "string" : type; // reported by problems()
        }
        return field.source instanceof OfPoint ? "geopoint" : "string";
    }

    /** Returns the writer of values of the source into a field of the type, or null if there is none. */
    public static @Nullable ValueWriter writer(Source source, String type) {
        if (source instanceof OfColumn of) {
            return ValueWriters.of(of.column().type(), type);
        }
        return source instanceof OfExpression of
                ? ResultWriters.of(of.expression().type(), type)
                : null;
    }

    /** Returns whether the source can be written into a field of the type. */
    public static boolean fits(Source source, String type) {
        return source instanceof OfPath
                || (source instanceof OfPoint ? type.equals("geopoint") : writer(source, type) != null);
    }

    /** Returns a human-readable description of a source. */
    public static String words(Source source) {
        if (source instanceof OfColumn of) {
            return "column '" + of.column().name() + "' (" + of.column().type().kind() + ")";
        } else if (source instanceof OfPoint of) {
            return "columns '" + of.lat().name() + "' and '" + of.lon().name() + "'";
        } else if (source instanceof OfPath of) {
            return "a value inside of '" + of.parent() + "'";
        }
        return source instanceof OfExpression of
                ? "an expression that yields " + of.expression().type()
                : "nothing";
    }

    /** Returns the field as a collection created from this table declares it. */
    public static SinkField declared(Field field) {
        Config.Field config = field.config;
        String type = type(field);
        boolean index = isIndexed(field);
        return new SinkField(
                field.name,
                type.equals("int64ms") ? "int64" : type,
                or(config.facet(), false),
                // A field that is not indexed must be optional for Typesense; one of a JSON column may be a JSON null.
                or(config.optional(), isNullable(field.source) || !index || type.startsWith("object")),
                index,
                config.sort());
    }

    private static boolean isIndexed(Field field) {
        return or(field.config.index(), true);
    }

    private static boolean isNullable(Source source) {
        if (source instanceof OfColumn of) {
            return of.column().nullable();
        }
        // Any expression may yield null, and CEL does not document which do.
        return !(source instanceof OfPoint of)
                || of.lat().nullable()
                || of.lon().nullable();
    }

    private static boolean or(@Nullable Boolean configured, boolean otherwise) {
        return configured == null ? otherwise : configured;
    }
}
