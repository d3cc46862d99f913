package dev.tidemark.connector.mysql.value;

/** A value of a class that its column's codec does not expect. */
final class UnexpectedValueException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnexpectedValueException(Object data) {
        super("a value of class " + data.getClass().getName());
    }
}
