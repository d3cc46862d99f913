package dev.tidemark.document;

import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.sink.SinkField;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter of Typesense with columns of a row in it, such as {@code tenant_id:=:id}. Only integers are put in, for fields
 * that hold integers: a filter compares text by its words, without case and signs, and would match more than it says. If
 * text is among the columns, the filter must be plain equalities, and values are compared one by one. Immutable.
 */
public final class FilterTemplate {

    private static final Pattern COLUMN = Pattern.compile(":([A-Za-z_][A-Za-z0-9_]*)");
    private static final Pattern FIELD = Pattern.compile("([A-Za-z_][A-Za-z0-9_.]*)\\s*:");

    private static final Pattern EQUALITY =
            Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*:=\\s*:([A-Za-z_][A-Za-z0-9_]*)\\s*");

    private record Equality(String field, String column) {}

    private final String text;
    private final List<String> columns = new ArrayList<>();
    /** Equalities that the filter consists of; none if it is anything else than equalities joined by {@code &&}. */
    private final List<Equality> equalities;

    private FilterTemplate(String text) {
        this.text = text;
        Matcher matcher = COLUMN.matcher(text);
        while (matcher.find()) {
            columns.add(matcher.group(1));
        }
        this.equalities = equalities(text);
    }

    private static List<Equality> equalities(String text) {
        List<Equality> all = new ArrayList<>();
        for (String part : text.split("&&", -1)) {
            Matcher equality = EQUALITY.matcher(part);
            if (!equality.matches()) {
                return List.of();
            }
            all.add(new Equality(equality.group(1), equality.group(2)));
        }
        return all;
    }

    /** Reads a filter; {@link #problems} says whether it can be used. */
    public static FilterTemplate parse(String text) {
        return new FilterTemplate(text);
    }

    /**
     * Returns the reasons why the filter cannot be used; empty if there are none.
     *
     * @param table whose deleted rows are put in
     * @param fields the collection's
     */
    public List<String> problems(TableInfo table, List<SinkField> fields) {
        List<String> problems = new ArrayList<>();
        if (columns.isEmpty()) {
            problems.add("the filter '" + text + "' names no column of the deleted row");
        }
        for (String column : columns) {
            int index = table.schema().indexOf(column);
            if (index < 0 || !table.key().contains(column)) {
                problems.add("':" + column + "' of the filter '" + text + "' is not a column of the primary key of "
                        + table.schema().table() + ", which is all that is surely known of a deleted row");
            } else if (!isIntegerKind(kind(table.schema(), column)) && kind(table.schema(), column) != Kind.TEXT) {
                problems.add("':" + column + "' of the filter '" + text + "' is neither an integer nor text");
            }
        }
        if (columns.stream().anyMatch(column -> kind(table.schema(), column) == Kind.TEXT)) {
            problems.addAll(textProblems(table.schema(), fields));
            return problems;
        }
        Matcher matcher = FIELD.matcher(COLUMN.matcher(text).replaceAll(""));
        while (matcher.find()) {
            String name = matcher.group(1);
            boolean fits = fields.stream()
                    .anyMatch(field -> field.name().equals(name)
                            && field.index()
                            && (field.type().startsWith("int32") || field.type().startsWith("int64")));
            if (!fits) {
                problems.add("field '" + name + "' of the filter '" + text
                        + "' must be an indexed field of type int32 or int64 of the collection");
            }
        }
        return problems;
    }

    private List<String> textProblems(RowSchema schema, List<SinkField> fields) {
        List<String> problems = new ArrayList<>();
        if (equalities.isEmpty()) {
            problems.add("the filter '" + text
                    + "' compares text: then it must be 'field:=:column', or several of them joined"
                    + " by &&, of fields that are not nested");
        }
        for (Equality equality : equalities) {
            List<String> types = kind(schema, equality.column()) == Kind.TEXT
                    ? List.of("string", "string[]")
                    : List.of("int32", "int64", "int32[]", "int64[]");
            boolean fits = fields.stream()
                    .anyMatch(field ->
                            field.name().equals(equality.field()) && field.index() && types.contains(field.type()));
            if (!fits) {
                problems.add("field '" + equality.field() + "' of the filter '" + text
                        + "' must be an indexed field of type " + String.join(" or ", types) + " of the collection");
            }
        }
        return problems;
    }

    private static @Nullable Kind kind(RowSchema schema, String column) {
        int index = schema.indexOf(column);
        return index < 0 ? null : schema.columns().get(index).type().kind();
    }

    private static boolean isIntegerKind(@Nullable Kind kind) {
        return kind == Kind.INT32 || kind == Kind.INT64;
    }

    /** Returns the filter for the documents that belong to a row; null if a column is NULL or was not sent. */
    public @Nullable DocumentFilter fill(Row row) {
        for (String column : columns) {
            if (kind(row.schema(), column) == Kind.TEXT) {
                return byValue(row);
            }
        }
        return exact(row);
    }

    private @Nullable DocumentFilter byValue(Row row) {
        List<DocumentFilter.Condition> conditions = new ArrayList<>();
        for (Equality equality : equalities) {
            Object value = value(row, equality.column());
            if (!(value instanceof String) && !isIntegerValue(value)) {
                return null;
            }
            conditions.add(new DocumentFilter.Condition(equality.field(), value.toString(), value instanceof String));
        }
        return conditions.isEmpty() ? null : new DocumentFilter.ByValue(conditions);
    }

    private @Nullable DocumentFilter exact(Row row) {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = COLUMN.matcher(text);
        while (matcher.find()) {
            Object value = value(row, matcher.group(1));
            if (!isIntegerValue(value)) {
                return null;
            }
            matcher.appendReplacement(filled, value.toString());
        }
        return new DocumentFilter.Exact(matcher.appendTail(filled).toString());
    }

    private static Object value(Row row, String column) {
        int index = row.schema().indexOf(column);
        Object value = index < 0 ? null : row.get(index);
        return value == null ? Row.UNAVAILABLE : value;
    }

    private static boolean isIntegerValue(Object value) {
        return value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger
                || value instanceof Short;
    }
}
