package dev.tidemark.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import java.util.function.Predicate;

/** Walks through parsed expressions. */
final class Expressions {

    private static final String ROW = "row";

    private Expressions() {}

    /**
     * Passes every part of an expression to the visitor, the outer ones first; if it returns false, the parts of that one are
     * left out.
     */
    static void visit(CelExpr expr, Predicate<CelExpr> visitor) {
        if (!visitor.test(expr)) {
            return;
        }
        switch (expr.exprKind().getKind()) {
            case SELECT -> visit(expr.select().operand(), visitor);
            case CALL -> {
                expr.call().target().ifPresent(target -> visit(target, visitor));
                expr.call().args().forEach(each -> visit(each, visitor));
            }
            case LIST -> expr.list().elements().forEach(each -> visit(each, visitor));
            case STRUCT -> expr.struct().entries().forEach(entry -> visit(entry.value(), visitor));
            case MAP ->
                expr.map().entries().forEach(entry -> {
                    visit(entry.key(), visitor);
                    visit(entry.value(), visitor);
                });
            case COMPREHENSION -> {
                visit(expr.comprehension().iterRange(), visitor);
                visit(expr.comprehension().accuInit(), visitor);
                visit(expr.comprehension().loopCondition(), visitor);
                visit(expr.comprehension().loopStep(), visitor);
                visit(expr.comprehension().result(), visitor);
            }
            default -> {
                // constants and identifiers have no parts
            }
        }
    }

    /** Returns the offset of a part in its expression. */
    static int offset(CelAbstractSyntaxTree ast, CelExpr expr) {
        return ast.getSource().getPositionsMap().getOrDefault(expr.id(), 0);
    }

    /** Returns whether a part is {@code row.<column>}. */
    static boolean isColumn(CelExpr expr) {
        return expr.exprKind().getKind() == CelExpr.ExprKind.Kind.SELECT
                && isRow(expr.select().operand());
    }

    static boolean isRow(CelExpr expr) {
        return expr.exprKind().getKind() == CelExpr.ExprKind.Kind.IDENT
                && expr.ident().name().equals(ROW);
    }
}
