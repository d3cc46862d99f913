package dev.tidemark.connector.mysql.value;

/**
 * Parts of the engine's error message for a value that it cannot read:
 * {@code column shop.items.price holds what cannot be read: ...}.
 */
public final class UnreadableValue {

    /** Before the column's full name. */
    public static final String COLUMN = "column ";

    /** After the column's name and before the reason. */
    public static final String REASON = " holds what cannot be read: ";

    private UnreadableValue() {}
}
