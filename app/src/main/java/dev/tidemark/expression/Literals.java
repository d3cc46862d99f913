package dev.tidemark.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Patterns that are literals in an expression: a wrong one is reported before any row comes. */
final class Literals {

    /** Checks of a pattern, by function; the pattern is the second argument everywhere, if the target is counted. */
    private static final Map<String, Consumer<String>> PATTERNS = Map.of(
            "matches", Patterns::regex,
            "extract", Patterns::regex,
            "extractAll", Patterns::regex,
            "replaceRegex", Patterns::regex,
            "parseDate", Patterns::time,
            "formatDate", Patterns::time,
            "formatNumber", Patterns::number);

    private Literals() {}

    static List<Fault> faults(CelAbstractSyntaxTree ast) {
        List<Fault> faults = new ArrayList<>();
        Expressions.visit(ast.getExpr(), expr -> {
            if (expr.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL) {
                Consumer<String> pattern = PATTERNS.get(expr.call().function());
                int index = expr.call().target().isPresent() ? 0 : 1;
                if (pattern != null && index < expr.call().args().size()) {
                    check(ast, expr.call().args().get(index), pattern, faults);
                }
            }
            return true;
        });
        return faults;
    }

    private static void check(
            CelAbstractSyntaxTree ast, CelExpr argument, Consumer<String> pattern, List<Fault> faults) {
        if (argument.exprKind().getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || argument.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
            return;
        }
        try {
            pattern.accept(argument.constant().stringValue());
        } catch (IllegalArgumentException e) {
            faults.add(new Fault(Expressions.offset(ast, argument), String.valueOf(e.getMessage()), null));
        }
    }
}
