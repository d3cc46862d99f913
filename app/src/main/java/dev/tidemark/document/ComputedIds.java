package dev.tidemark.document;

import dev.tidemark.config.Expression;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.value.ExpressionProblems;
import dev.tidemark.document.value.Values;
import dev.tidemark.expression.Compilation;
import dev.tidemark.expression.ExpressionException;
import dev.tidemark.expression.ResultType;
import dev.tidemark.expression.RowExpression;
import dev.tidemark.expression.RowScope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Ids that an expression yields. Rows are still distinguished, and read, by their key. One thread at a time. */
final class ComputedIds implements DocumentIds {

    /** Limit of the full id in bytes of UTF-8: it has to fit into an address, in which each byte may take three. */
    private static final int LONGEST = 1000;

    private final String prefix;
    private final String text;
    private final KeyIds key;
    private final @Nullable RowExpression expression;
    private final String unfit;
    private final int[] columns;

    private ComputedIds(String prefix, String text, KeyIds key, @Nullable RowExpression expression, String unfit) {
        this.prefix = prefix;
        this.text = text;
        this.key = key;
        this.expression = expression;
        this.unfit = unfit;
        this.columns = expression == null ? new int[0] : expression.columns();
    }

    static ComputedIds of(String prefix, Expression cel, List<String> key, RowSchema schema) {
        Compilation compiled = new RowScope(schema).compile(cel.text());
        String unfit = compiled.expression() == null ? "id: " + ExpressionProblems.reason(cel, compiled, schema) : "";
        return new ComputedIds(prefix, cel.text().strip(), KeyIds.of("", key, schema), compiled.expression(), unfit);
    }

    /** Returns the problems that keep the expression from yielding ids of the table's rows; empty if there are none. */
    static List<String> problems(Expression cel, RowSchema schema, RowScope scope) {
        Compilation compiled = scope.compile(cel.text());
        RowExpression expression = compiled.expression();
        if (expression == null) {
            return ExpressionProblems.faults(cel, compiled, schema);
        }
        ResultType type = expression.type();
        boolean fits = !type.list() && (type.kind() == ResultType.Kind.TEXT || type.kind() == ResultType.Kind.INT);
        return fits
                ? List.of()
                : List.of(cel.at(0) + ": it yields " + type
                        + "; an id must be a string or an int: convert it with string(x)");
    }

    /** Returns the names of the columns that the expression reads; none if it does not compile. */
    static List<String> columns(Expression cel, RowSchema schema, RowScope scope) {
        RowExpression expression = scope.compile(cel.text()).expression();
        return expression == null
                ? List.of()
                : IntStream.of(expression.columns())
                        .mapToObj(index -> schema.columns().get(index).name())
                        .toList();
    }

    @Override
    public @Nullable String of(Row row) {
        RowExpression compiled = expression;
        if (compiled == null || !isKnown(row)) {
            return null;
        }
        if (row.tooLarge() > 0) {
            return ""; // of the columns that were not read another id would follow
        }
        try {
            Object value = compiled.of(row);
            String id = value == null ? "" : value.toString();
            return id.isEmpty() || isTooLong(id) ? "" : prefix + id;
        } catch (ExpressionException e) {
            return "";
        }
    }

    private boolean isTooLong(String id) {
        int most = LONGEST - prefix.length();
        return id.length() > most || (id.length() * 3 > most && id.getBytes(StandardCharsets.UTF_8).length > most);
    }

    private boolean isKnown(Row row) {
        for (int column : columns) {
            if (row.get(column) == Row.UNAVAILABLE) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean same(Row one, Row other) {
        if (expression == null) {
            return false;
        }
        for (int column : columns) {
            Object value = one.get(column);
            if (value == Row.UNAVAILABLE || !Values.same(value, other.get(column))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean mayBeOneRow(Row one, Row other) {
        return key.mayBeSame(one, other);
    }

    @Override
    public @Nullable Object[] key(Row row) {
        return key.key(row);
    }

    @Override
    public String @Nullable [] texts(String id) {
        return null;
    }

    @Override
    public String rejectionReason(Row row) {
        RowExpression compiled = expression;
        if (compiled == null) {
            return unfit;
        }
        if (row.tooLarge() > 0) {
            return RowSize.reason(row);
        }
        List<String> missing = new ArrayList<>();
        for (int column : columns) {
            if (row.get(column) == Row.UNAVAILABLE) {
                missing.add(row.schema().columns().get(column).name());
            }
        }
        if (!missing.isEmpty()) {
            return "the id `" + text + "` is unknown: the log did not contain " + String.join(", ", missing);
        }
        try {
            Object value = compiled.of(row);
            return "the id `" + text + "` is "
                    + (value == null
                            ? "null"
                            : value.toString().isEmpty() ? "empty" : "longer than " + LONGEST + " bytes");
        } catch (ExpressionException e) {
            return "id: " + e.getMessage();
        }
    }
}
