package dev.tidemark.document.value;

import dev.tidemark.config.Expression;
import dev.tidemark.config.yaml.Suggestion;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.expression.Compilation;
import dev.tidemark.expression.Fault;
import dev.tidemark.expression.ResultType;
import dev.tidemark.expression.RowExpression;
import dev.tidemark.expression.RowScope;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Problems of an expression over a table's columns, with its line and column in the file. */
public final class ExpressionProblems {

    private ExpressionProblems() {}

    /**
     * Returns the problems of a field's expression; empty if it compiles and its field can hold what it yields.
     *
     * @param type the field's configured type; null if it follows the expression
     */
    static List<String> of(Expression cel, RowScope scope, RowSchema schema, @Nullable String type) {
        Compilation compiled = scope.compile(cel.text());
        RowExpression expression = compiled.expression();
        if (expression == null) {
            return faults(cel, compiled, schema);
        }
        ResultType result = expression.type();
        if (type == null && ResultWriters.fieldType(result) == null) {
            return List.of(cel.at(0) + ": "
                    + (result.kind() == ResultType.Kind.ANY
                            ? "what it yields is known only from the row; give the field a 'type'"
                            : "it yields " + result));
        }
        if (type != null && ResultWriters.of(result, type) == null) {
            return List.of(cel.at(0) + ": it yields " + result + ", which a field of type " + type
                    + " cannot hold; convert it, such as with string(x) or int(x)");
        }
        return List.of();
    }

    /** Returns the problems that keep an expression from compiling, one line each. */
    public static List<String> faults(Expression cel, Compilation compiled, RowSchema schema) {
        return compiled.faults().stream()
                .map(fault -> cel.at(fault.offset()) + ": " + words(fault, schema))
                .toList();
    }

    /** Returns the same in one line, without its line and column: for rows of a table that has changed. */
    public static String reason(Expression cel, Compilation compiled, RowSchema schema) {
        return compiled.faults().stream()
                .map(fault -> words(fault, schema))
                .collect(Collectors.joining("; ", cel.quoted() + ": ", ""));
    }

    /** Returns what to do about a column that the table does not have. */
    public static String suggestion(String unknown, RowSchema schema) {
        return Suggestion.hint(
                unknown, schema.columns().stream().map(column -> column.name()).toList());
    }

    private static String words(Fault fault, RowSchema schema) {
        String unknown = fault.unknownColumn();
        String hint = unknown == null ? fault.hint() : suggestion(unknown, schema);
        return fault.message() + (hint == null ? "" : "; " + hint);
    }
}
