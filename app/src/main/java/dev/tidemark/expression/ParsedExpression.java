package dev.tidemark.expression;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Properties of an expression that its text shows before the columns of its table are known. */
public final class ParsedExpression {

    private static final String PLUS = "_+_";

    private final CelExpr expression;

    private ParsedExpression(CelExpr expression) {
        this.expression = expression;
    }

    /** Parses an expression without {@linkplain Dialect#syntaxFaults faults} in its syntax. */
    public static ParsedExpression of(String text) {
        return new ParsedExpression(Dialect.parse(text).getExpr());
    }

    /** Returns the names after {@code row.}, whether the table has such columns or not; in the order of the text. */
    public List<String> columns() {
        Set<String> columns = new LinkedHashSet<>();
        Expressions.visit(expression, part -> {
            boolean column = Expressions.isColumn(part);
            if (column) {
                columns.add(part.select().field());
            }
            return !column;
        });
        return List.copyOf(columns);
    }

    /** Returns the text that all values of the expression begin with, as far as it is a literal; may be empty. */
    public String literalPrefix() {
        CelExpr first = expression;
        while (first.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL
                && first.call().function().equals(PLUS)) {
            first = first.call().args().get(0);
        }
        return first.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && first.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? first.constant().stringValue()
                : "";
    }
}
