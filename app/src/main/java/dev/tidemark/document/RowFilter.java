package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.config.Expression;
import dev.tidemark.config.Located;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.value.ExpressionProblems;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.expression.Compilation;
import dev.tidemark.expression.ExpressionException;
import dev.tidemark.expression.ResultType;
import dev.tidemark.expression.RowExpression;
import dev.tidemark.expression.RowScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Filter that decides which rows of one schema become documents: {@code where} and {@code softDelete}. One thread at a time. */
final class RowFilter {

    private final @Nullable RowExpression where;
    private final int deleted;
    private final int[] columns;
    private final @Nullable String unfit;

    private RowFilter(@Nullable RowExpression where, int deleted, @Nullable String unfit) {
        this.where = where;
        this.deleted = deleted;
        this.unfit = unfit;
        this.columns = IntStream.concat(
                        deleted < 0 ? IntStream.empty() : IntStream.of(deleted),
                        where == null ? IntStream.empty() : IntStream.of(where.columns()))
                .distinct()
                .toArray();
    }

    /** Returns the filter of a schema's rows; null if all of them are documents. */
    static @Nullable RowFilter of(Config.Selection selection, RowSchema schema, RowScope scope) {
        if (selection.isEmpty()) {
            return null;
        }
        String unfit = null;
        RowExpression where = null;
        Expression cel = selection.where();
        if (cel != null) {
            Compilation compiled = scope.compile(cel.text());
            where = compiled.expression();
            unfit = where == null ? "where: " + ExpressionProblems.reason(cel, compiled, schema) : null;
        }
        Located column = selection.softDelete();
        int deleted = column == null ? -1 : schema.indexOf(column.text());
        if (column != null && deleted < 0) {
            unfit = "softDelete: " + schema.table() + " has no column '" + column.text() + "'";
        }
        return new RowFilter(where, deleted, unfit);
    }

    /** Returns what the configuration requires of the table and the table cannot provide. */
    static List<String> problems(Config.Selection selection, RowSchema schema, RowScope scope) {
        List<String> problems = new ArrayList<>();
        Expression cel = selection.where();
        if (cel != null) {
            Compilation compiled = scope.compile(cel.text());
            RowExpression where = compiled.expression();
            if (where == null) {
                problems.addAll(ExpressionProblems.faults(cel, compiled, schema));
            } else if (where.type().list() || !isCondition(where.type().kind())) {
                problems.add(cel.at(0) + ": it yields " + where.type() + "; it must be a condition, true or false");
            }
        }
        Located column = selection.softDelete();
        if (column != null && schema.indexOf(column.text()) < 0) {
            problems.add(column.at() + ": " + schema.table() + " has no column '" + column.text() + "'; "
                    + ExpressionProblems.suggestion(column.text(), schema));
        }
        return problems;
    }

    private static boolean isCondition(ResultType.Kind kind) {
        return kind == ResultType.Kind.BOOL || kind == ResultType.Kind.ANY;
    }

    /** Returns the columns that the filter reads, by their index; never changed. */
    int[] columns() {
        return columns;
    }

    /**
     * Returns whether the row becomes a document.
     *
     * @throws ValueRejectedException if that cannot be determined: the condition fails for this row
     */
    DocumentMapper.Verdict verdict(Row row) throws ValueRejectedException {
        if (unfit != null) {
            throw new ValueRejectedException(unfit);
        }
        for (int column : columns) {
            if (row.get(column) == Row.UNAVAILABLE) {
                return DocumentMapper.Verdict.UNKNOWN;
            }
        }
        boolean kept = (deleted < 0 || !isMarked(row.get(deleted), row)) && (where == null || holds(where, row));
        return kept ? DocumentMapper.Verdict.KEPT : DocumentMapper.Verdict.LEFT_OUT;
    }

    /**
     * Returns whether the value marks a row as deleted: a flag does if it is set, anything else if there is a value: the time of
     * the deletion.
     */
    private boolean isMarked(@Nullable Object value, Row row) {
        if (value == null) {
            return false;
        }
        Kind kind = row.schema().columns().get(deleted).type().kind();
        return switch (kind) {
            case BOOL, INT32, INT64 -> value instanceof Boolean flag ? flag : ((Number) value).longValue() != 0;
            default -> true;
        };
    }

    private static boolean holds(RowExpression where, Row row) throws ValueRejectedException {
        try {
            if (where.of(row) instanceof Boolean truth) {
                return truth;
            }
        } catch (ExpressionException e) {
            throw new ValueRejectedException("where: " + e.getMessage());
        }
        throw new ValueRejectedException("where: it yields neither true nor false for this row");
    }
}
