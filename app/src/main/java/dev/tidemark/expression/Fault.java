package dev.tidemark.expression;

import org.jspecify.annotations.Nullable;

/**
 * A mistake in an expression.
 *
 * @param offset its location: the code point from the beginning of the expression, from 0
 * @param message what is wrong
 * @param hint what to do about it; null if the message says it already
 * @param unknownColumn the column that the table does not have, if that is what is wrong
 */
public record Fault(
        int offset,
        String message,
        @Nullable String hint,
        @Nullable String unknownColumn) {

    Fault(int offset, String message, @Nullable String hint) {
        this(offset, message, hint, null);
    }
}
