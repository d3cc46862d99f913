package dev.tidemark.connector.mysql.value;

import org.jspecify.annotations.Nullable;

/**
 * Translation of the values of one column, chosen once for each version of its table. {@link #carried} takes what Debezium holds
 * (its classes differ between binlog and snapshot) to what its record carries; {@link #ofCarried} takes that to the value of a
 * row; {@link #ofServer} does so with what the server answers to a query. Whichever way a value comes, the row's value is equal.
 */
public interface ValueCodec {

    /**
     * Returns what a record carries for a value as the binlog or Debezium's snapshot holds it; null for a zero date.
     *
     * @throws IllegalArgumentException if the value is of an unexpected class
     */
    @Nullable
    Object carried(Object data);

    /** Returns a row's value from the one that a record carried. */
    default Object ofCarried(Object carried) {
        return carried;
    }

    /** Returns a row's value from the server's answer: its bytes, of text in UTF-8. Null for a zero date. */
    @Nullable
    Object ofServer(byte[] bytes);
}
