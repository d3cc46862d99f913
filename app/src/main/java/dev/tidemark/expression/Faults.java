package dev.tidemark.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationResult;
import dev.tidemark.connector.data.RowSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Faults that CEL reports, with messages for authors of expressions. */
final class Faults {

    private static final Pattern OPERATOR = Pattern.compile("'[_@!]?_?([^_a-zA-Z'@]+)_?(_:_)?'");
    private static final Pattern NULLABLE = Pattern.compile("wrapper\\(([a-z]+)\\)");

    private Faults() {}

    /** Returns the errors of a parse or a check, by their place. */
    static List<Fault> of(CelValidationResult result) {
        List<Fault> faults = new ArrayList<>();
        for (CelIssue issue : result.getErrors()) {
            CelSourceLocation place = issue.getSourceLocation();
            int offset = result.getSource()
                    .getLocationOffset(place.getLine(), place.getColumn())
                    .orElse(0);
            String message = plain(issue.getMessage());
            faults.add(new Fault(offset, message, hint(message)));
        }
        faults.sort(Comparator.comparingInt(Fault::offset));
        return faults;
    }

    /** Returns an error message without the parts that only describe CEL's implementation. */
    static String plain(String message) {
        String text = message.replace(" (in container '')", "")
                .replaceFirst(" \\(candidates: .*", "")
                .replaceFirst(" expecting .*", "")
                .replace("mismatched input '<EOF>'", "it ends too early")
                .replaceFirst("^(mismatched|extraneous) input", "unexpected")
                .replaceFirst("^token recognition error at:", "not understood:");
        text = NULLABLE.matcher(text).replaceAll("$1");
        text = OPERATOR.matcher(text).replaceAll("'$1'");
        return text.replace("google.protobuf.Timestamp", "timestamp")
                .replace("google.protobuf.Duration", "duration")
                .replace("found no matching overload for", "there is no")
                .replaceFirst("No matching overload for function ('[^']*')\\.", "$1 cannot take these values");
    }

    private static @Nullable String hint(String message) {
        if (message.startsWith("there is no") && message.contains("int") && message.contains("double")) {
            return "integers and other numbers do not mix: write 2.0, or double(x) or int(x)";
        }
        if (message.startsWith("not understood") && message.contains("\\")) {
            return "a regex is written r'...', which takes a \\ as it is";
        }
        if (message.startsWith("undeclared reference")) {
            return "columns are row.<column>; the functions are in docs/guides/expressions.md";
        }
        if (message.contains("expression does not select a field")) {
            return "every column is there: compare it with null";
        }
        return null;
    }

    /** Returns a fault for each column that the table does not have, and for each {@code row} that no column follows. */
    static List<Fault> unknownColumns(CelAbstractSyntaxTree ast, RowSchema schema) {
        List<Fault> faults = new ArrayList<>();
        Expressions.visit(ast.getExpr(), expr -> {
            if (Expressions.isColumn(expr)) {
                String column = expr.select().field();
                if (schema.indexOf(column) < 0) {
                    String message = schema.table() + " has no column '" + column + "'";
                    faults.add(new Fault(Expressions.offset(ast, expr.select().operand()), message, null, column));
                }
                return false;
            }
            if (Expressions.isRow(expr)) {
                String message = "'row' stands only before a column";
                faults.add(new Fault(Expressions.offset(ast, expr), message, "such as row.name, or row.`odd name`"));
            }
            return true;
        });
        faults.sort(Comparator.comparingInt(Fault::offset));
        return faults;
    }
}
