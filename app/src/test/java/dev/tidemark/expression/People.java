package dev.tidemark.expression;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table with a column of every kind to test expressions with. */
final class People {

    static final RowSchema SCHEMA = new RowSchema(
            new TableId("public", "people"),
            List.of(
                    column("id", ColumnType.of(Kind.INT64)),
                    column("first", ColumnType.of(Kind.TEXT)),
                    column("last", ColumnType.of(Kind.TEXT)),
                    column("age", ColumnType.of(Kind.INT32)),
                    column("price", ColumnType.decimal(10)),
                    column("amount", ColumnType.decimal(0)),
                    column("rating", ColumnType.of(Kind.FLOAT32)),
                    column("score", ColumnType.of(Kind.FLOAT64)),
                    column("active", ColumnType.of(Kind.BOOL)),
                    column("born", ColumnType.of(Kind.DATE)),
                    column("seen", ColumnType.of(Kind.TIMESTAMP)),
                    column("extra", ColumnType.of(Kind.JSON)),
                    column("tags", ColumnType.arrayOf(ColumnType.of(Kind.TEXT))),
                    column("data", ColumnType.of(Kind.BYTES)),
                    column("place", ColumnType.of(Kind.POINT)),
                    column("unit price", ColumnType.of(Kind.INT32)),
                    column("in", ColumnType.of(Kind.INT32))));

    private People() {}

    private static Column column(String name, ColumnType type) {
        return new Column(name, type, true);
    }

    /** A row with these values; NULL elsewhere. */
    static Row row(Map<String, ?> values) {
        @Nullable Object[] row = new @Nullable Object[SCHEMA.columns().size()];
        values.forEach((column, value) -> row[SCHEMA.indexOf(column)] = value);
        return new Row(SCHEMA, row);
    }

    static RowExpression compile(String text) {
        Compilation compiled = new RowScope(SCHEMA).compile(text);
        if (compiled.expression() == null) {
            throw new AssertionError(text + ": " + compiled.faults());
        }
        return compiled.expression();
    }

    static @Nullable Object eval(String text, Map<String, ?> values) throws ExpressionException {
        return compile(text).of(row(values));
    }
}
