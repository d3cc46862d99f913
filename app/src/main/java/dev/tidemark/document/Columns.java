package dev.tidemark.document;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Columns as texts, such as {@code price DECIMAL(10)}, in their order: what is recorded of a table, and compared with it later. A
 * text without a type is of an older version.
 */
public final class Columns {

    private static final Pattern TEXT =
            Pattern.compile("(.*?) ((?:ARRAY of )*)([A-Z0-9]+)(?:\\((\\d+)\\))?", Pattern.DOTALL);

    private Columns() {}

    /** Returns the columns as texts. */
    public static List<String> texts(RowSchema schema) {
        return schema.columns().stream().map(Columns::text).toList();
    }

    static String text(Column column) {
        return column.name() + " " + words(column.type());
    }

    static String words(ColumnType type) {
        ColumnType element = type.element();
        return stored(type.kind())
                + (type.precision() == 0 ? "" : "(" + type.precision() + ")")
                + (element == null ? "" : " of " + words(element));
    }

    /** Returns the name under which a kind is stored, independent of its name in Java. */
    private static String stored(Kind kind) {
        return switch (kind) {
            case BOOL -> "BOOL";
            case INT32 -> "INT32";
            case INT64 -> "INT64";
            case DECIMAL -> "DECIMAL";
            case FLOAT32 -> "FLOAT32";
            case FLOAT64 -> "FLOAT64";
            case TEXT -> "TEXT";
            case BYTES -> "BYTES";
            case DATE -> "DATE";
            case TIMESTAMP -> "TIMESTAMP";
            case JSON -> "JSON";
            case POINT -> "POINT";
            case ARRAY -> "ARRAY";
        };
    }

    /** Returns the column's name. */
    static String name(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches() && kind(parts.group(3)) != null ? parts.group(1) : text;
    }

    /** Returns the column's type; null if the text has none. */
    static @Nullable ColumnType type(String text) {
        Matcher parts = TEXT.matcher(text);
        Kind kind = parts.matches() ? kind(parts.group(3)) : null;
        if (kind == null) {
            return null;
        }
        String precision = parts.group(4);
        ColumnType type = kind == Kind.ARRAY
                ? new ColumnType(kind, 0, null)
                : new ColumnType(kind, precision == null ? 0 : Integer.parseInt(precision), null);
        for (int i = parts.group(2).length() / "ARRAY of ".length(); i > 0; i--) {
            type = ColumnType.arrayOf(type);
        }
        return type;
    }

    private static @Nullable Kind kind(String name) {
        for (Kind kind : Kind.values()) {
            if (stored(kind).equals(name)) {
                return kind;
            }
        }
        return null;
    }

    /**
     * Returns the table as it was recorded.
     *
     * @param nullability schema that defines which of the columns that still exist are nullable
     * @return null if types are missing
     */
    static @Nullable RowSchema schema(TableId table, List<String> texts, RowSchema nullability) {
        List<Column> columns = new ArrayList<>();
        for (String text : texts) {
            ColumnType type = type(text);
            if (type == null) {
                return null;
            }
            int now = nullability.indexOf(name(text));
            columns.add(new Column(
                    name(text), type, now < 0 || nullability.columns().get(now).nullable()));
        }
        return new RowSchema(table, columns);
    }
}
