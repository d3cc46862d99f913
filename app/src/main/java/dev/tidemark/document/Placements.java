package dev.tidemark.document;

import dev.tidemark.config.CollectionName;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the collection of each row by an expression, compiled once per version of the table. One thread at a time. */
public final class Placements {

    /** Max number of table versions that are kept, as in {@link DocumentMapper}. */
    private static final int MOST_SCHEMAS = 64;

    private final Expression cel;
    private final Map<RowSchema, Compiled> compiled = new HashMap<>();
    private @Nullable Compiled last;

    /** The expression for one schema, or why there is none. */
    private record Compiled(RowSchema schema, @Nullable RowExpression expression, String unfit) {}

    public Placements(Expression cel) {
        this.cel = cel;
    }

    /** Returns what the expression requires of the table and the table cannot provide, with its line and column in the file. */
    static List<String> problems(Expression cel, RowSchema schema, RowScope scope) {
        Compilation compiled = scope.compile(cel.text());
        RowExpression expression = compiled.expression();
        if (expression == null) {
            return ExpressionProblems.faults(cel, compiled, schema);
        }
        List<String> problems = new ArrayList<>();
        ResultType type = expression.type();
        if (type.list() || (type.kind() != ResultType.Kind.TEXT && type.kind() != ResultType.Kind.ANY)) {
            problems.add(cel.at(0) + ": it yields " + type
                    + "; it must yield a collection's name, a string: convert it, such as with string(x)");
        } else if (expression.columns().length == 0) {
            problems.add(cel.at(0) + ": it reads no column; write the collection's name as plain text");
        }
        return problems;
    }

    /** Returns the collection that the row belongs to. */
    public Placement of(Row row) {
        if (row.tooLarge() > 0) {
            return new Placement.Unknown(RowSize.reason(row));
        }
        Compiled by = compiled(row.schema());
        RowExpression expression = by.expression();
        if (expression == null) {
            return new Placement.Unknown(by.unfit());
        }
        for (int column : expression.columns()) {
            if (row.get(column) == Row.UNAVAILABLE) {
                return new Placement.Unknown("the database did not send column '"
                        + row.schema().columns().get(column).name() + "', which decides the collection");
            }
        }
        try {
            return placement(expression.of(row));
        } catch (ExpressionException e) {
            return new Placement.Nowhere("collection: " + e.getMessage());
        }
    }

    private static Placement placement(@Nullable Object name) {
        if (name instanceof String text) {
            return CollectionName.isValid(text)
                    ? new Placement.In(text)
                    : new Placement.Nowhere(
                            "collection: '" + text + "' is not a collection name: it " + CollectionName.RULE);
        }
        return new Placement.Nowhere(
                name == null
                        ? "collection: the expression yields null for this row"
                        : "collection: the expression yields no string for this row");
    }

    /** Returns whether both rows hold the same in all columns that decide. Spares most updates an evaluation. */
    public boolean same(Row one, Row other) {
        if (one.schema() != other.schema()) {
            return false;
        }
        RowExpression expression = compiled(one.schema()).expression();
        if (expression == null) {
            return false;
        }
        for (int column : expression.columns()) {
            if (!Values.same(one.get(column), other.get(column))) {
                return false;
            }
        }
        return true;
    }

    private Compiled compiled(RowSchema schema) {
        Compiled known = last;
        if (known == null || known.schema() != schema) {
            if (compiled.size() >= MOST_SCHEMAS) {
                compiled.clear();
            }
            known = compiled.computeIfAbsent(schema, this::compile);
            last = known;
        }
        return known;
    }

    private Compiled compile(RowSchema schema) {
        Compilation made = new RowScope(schema).compile(cel.text());
        RowExpression expression = made.expression();
        return new Compiled(
                schema,
                expression,
                expression == null ? "collection: " + ExpressionProblems.reason(cel, made, schema) : "");
    }
}
