package dev.tidemark.document;

import dev.tidemark.connector.ColumnType.Kind;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.sink.SinkField;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter of Typesense with columns of a row in it, such as {@code tenant_id:=:id}. Only whole numbers are put in, for fields
 * that hold whole numbers: a filter compares text by its words, without case and signs, and would match more than it says.
 * Immutable.
 */
public final class FilterTemplate {

    private static final Pattern COLUMN = Pattern.compile(":([A-Za-z_][A-Za-z0-9_]*)");
    private static final Pattern FIELD = Pattern.compile("([A-Za-z_][A-Za-z0-9_.]*)\\s*:");

    private final String text;
    private final List<String> columns = new ArrayList<>();

    private FilterTemplate(String text) {
        this.text = text;
        Matcher matcher = COLUMN.matcher(text);
        while (matcher.find()) {
            columns.add(matcher.group(1));
        }
    }

    /** Reads a filter; {@link #problems} says whether it can be used. */
    public static FilterTemplate parse(String text) {
        return new FilterTemplate(text);
    }

    /**
     * What keeps the filter from being used; empty where nothing does.
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
                problems.add("':" + column + "' of the filter '" + text + "' is no column of the primary key of "
                        + table.schema().table() + ", which is all that is surely known of a deleted row");
            } else if (!isWhole(table.schema().columns().get(index).type().kind())) {
                problems.add("':" + column + "' of the filter '" + text
                        + "' is no whole number: a filter compares text by its"
                        + " words, and would delete more than was meant");
            }
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

    private static boolean isWhole(Kind kind) {
        return kind == Kind.INT32 || kind == Kind.INT64;
    }

    /** The filter with the row's values, or null where one is NULL or was not sent. */
    public @Nullable String fill(Row row) {
        RowSchema schema = row.schema();
        StringBuilder filled = new StringBuilder();
        Matcher matcher = COLUMN.matcher(text);
        while (matcher.find()) {
            int index = schema.indexOf(matcher.group(1));
            Object value = index < 0 ? null : row.get(index);
            if (!(value instanceof Integer
                    || value instanceof Long
                    || value instanceof BigInteger
                    || value instanceof Short)) {
                return null;
            }
            matcher.appendReplacement(filled, value.toString());
        }
        return matcher.appendTail(filled).toString();
    }
}
