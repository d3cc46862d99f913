package dev.tidemark.expression;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Result of compiling an expression.
 *
 * @param expression the expression, ready to run; null if there are faults
 * @param faults what is wrong with it, in its order
 */
public record Compilation(@Nullable RowExpression expression, List<Fault> faults) {

    static Compilation of(RowExpression expression) {
        return new Compilation(expression, List.of());
    }

    static Compilation failed(List<Fault> faults) {
        return new Compilation(null, List.copyOf(faults));
    }
}
