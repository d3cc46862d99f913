package dev.tidemark.connector.data;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** An estimate of the memory that a row's values take. */
public final class RowBytes {

    private static final long VALUE = 24;

    private RowBytes() {}

    /** Returns the estimate, at most {@link Integer#MAX_VALUE}. */
    public static int of(Row row) {
        long bytes = 64;
        int columns = row.schema().columns().size();
        for (int i = 0; i < columns; i++) {
            bytes += of(row.get(i));
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static long of(@Nullable Object value) {
        if (value instanceof String text) {
            return VALUE + 2L * text.length();
        }
        if (value instanceof byte[] binary) {
            return VALUE + binary.length;
        }
        if (value instanceof Collection<?> elements) {
            return VALUE + elements.stream().mapToLong(RowBytes::of).sum();
        }
        return VALUE;
    }
}
