package dev.tidemark.connector.postgres.decode;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.postgres.catalog.TableTraits;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The columns whose previous values an update or a delete must contain: without them it is unknown in which collection, or under
 * which id, the document of the row is. A missing value is never taken for "did not change": the document would stay readable there.
 *
 * <p>The catalog may have been changed since the change was written, so the row itself is checked, too: under another identity
 * than FULL Postgres writes NULL for all columns outside of it.
 * Upholds invariant 6.
 */
final class RequiredBefore {

    private final RowSchema schema;
    private final boolean mayReload;
    private final int[] needed;
    /** Columns beyond the primary key if NULL in all of them may mean that they were not written; else empty. */
    private final int[] others;
    /** True if one of these cannot be NULL, so that it certainly was not written. */
    private final boolean evident;
    /** True if an update without a row before it means that none of the needed columns changed. */
    private final boolean silenceMeansUnchanged;

    /**
     * @param needed names of the columns
     * @param mayReload whether a load of all tables may begin automatically
     */
    RequiredBefore(RowSchema schema, TableTraits traits, Set<String> needed, boolean mayReload) {
        this.schema = schema;
        this.mayReload = mayReload;
        this.needed = indexes(schema, needed, true);
        Set<String> identity = traits.full() ? traits.primaryKey() : traits.identity();
        this.silenceMeansUnchanged = identity.containsAll(needed);
        int[] beyond = indexes(schema, traits.primaryKey(), false);
        this.others = traits.full() && !silenceMeansUnchanged ? beyond : new int[0];
        this.evident = IntStream.of(others)
                .anyMatch(index -> !schema.columns().get(index).nullable());
    }

    private static int[] indexes(RowSchema schema, Set<String> names, boolean named) {
        return IntStream.range(0, schema.columns().size())
                .filter(index -> names.contains(schema.columns().get(index).name()) == named)
                .toArray();
    }

    /**
     * Returns the row before the change, without values that were possibly not written.
     *
     * @throws SourceException if it lacks one of the columns: the tables have to be reloaded
     */
    @Nullable
    Row check(@Nullable Row before) {
        if (before == null && !silenceMeansUnchanged) {
            throw missing(needed);
        }
        if (before == null) {
            return null;
        }
        for (int index : needed) {
            Object value = before.get(index);
            boolean absent = value == null && !schema.columns().get(index).nullable();
            if (value == Row.UNAVAILABLE || absent) {
                throw missing(new int[] {index});
            }
        }
        if (others.length == 0 || !IntStream.of(others).allMatch(index -> before.get(index) == null)) {
            return before;
        }
        if (evident) {
            throw missing(needed);
        }
        return keyOnly(before);
    }

    /**
     * Returns the row with its key only. A row with NULL in all other columns may exist; but it is better to request a deletion
     * from all collections than to leave its document in one of them.
     */
    private Row keyOnly(Row before) {
        @Nullable Object[] values = new @Nullable Object[schema.columns().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = before.get(i);
        }
        for (int index : others) {
            values[index] = Row.UNAVAILABLE;
        }
        return new Row(schema, values);
    }

    private SourceException missing(int[] columns) {
        String names = String.join(
                ", ",
                IntStream.of(columns)
                        .mapToObj(index -> schema.columns().get(index).name())
                        .toList());
        String message = "a change of " + schema.table() + " does not contain what " + names
                + " was before it: the replica identity of the table, or of a partition, is not FULL,"
                + " and which document is meant cannot be known";
        return mayReload
                ? SourceException.loadDue(message)
                : SourceException.fatal(
                        message,
                        "set REPLICA IDENTITY FULL as 'check' says, set snapshot: initial, run 'tidemark offsets clear' and"
                                + " restart: all tables are reloaded");
    }
}
