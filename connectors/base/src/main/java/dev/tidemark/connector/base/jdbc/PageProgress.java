package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.RowRange;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Progress of a read of rows in the order of their key: another attempt continues after the last row that was handed over. One thread. */
final class PageProgress implements Predicate<Row> {

    private final List<String> keyColumns;
    private final Predicate<Row> found;
    private final @Nullable String condition;
    private @Nullable RowRange rest;
    private int left;
    private @Nullable RowSchema schema;
    private boolean ended;

    /**
     * @param range the rows to read
     * @param left the max number of rows
     */
    PageProgress(List<String> keyColumns, RowRange range, int left, Predicate<Row> found) {
        this.keyColumns = keyColumns;
        this.condition = range.condition();
        this.rest = range;
        this.left = left;
        this.found = found;
    }

    /** Returns whether no row was handed over. */
    boolean isAtStart() {
        return schema == null;
    }

    /** Returns whether it is known where to continue: a row with NULL in its key does not show it. */
    boolean canContinue() {
        return rest != null;
    }

    /** Returns what is still to be read; only while it {@link #canContinue}. */
    RowRange range() {
        return Objects.requireNonNull(rest);
    }

    int left() {
        return left;
    }

    /** Hands a row over. */
    @Override
    public boolean test(Row row) {
        if (schema == null) {
            schema = row.schema();
        } else if (schema != row.schema()) {
            throw SourceException.retryable(
                    "the columns of " + row.schema().table() + " were changed while rows were read",
                    "Nothing has to be done: the read is repeated.");
        }
        Object[] key = new Object[keyColumns.size()];
        boolean known = true;
        for (int i = 0; i < key.length; i++) {
            Object value = row.get(row.schema().indexOf(keyColumns.get(i)));
            known &= value != null;
            key[i] = value == null ? "" : value;
        }
        rest = known ? RowRange.after(key).where(condition) : null;
        left--;
        ended = !found.test(row) || left == 0;
        return !ended;
    }

    /** Hands over a row that is too large to be read; returns true. */
    boolean stepOver(Row row) {
        test(row);
        return true;
    }

    /** Returns whether no further row is wanted. */
    boolean isEnded() {
        return ended;
    }
}
