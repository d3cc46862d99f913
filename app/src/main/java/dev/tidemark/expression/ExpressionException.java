package dev.tidemark.expression;

/** An expression has no value for a row: the row is rejected. Has no stack trace; it is an answer, not a bug. */
public final class ExpressionException extends Exception {

    private static final long serialVersionUID = 1L;

    ExpressionException(String reason) {
        super(reason, null, false, false);
    }
}
