package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.data.TableId;
import org.jspecify.annotations.Nullable;

/**
 * Effect of row-level security on the rows of a table when a role reads them.
 *
 * @param table the table
 * @param reader the role: ours, or the owner of a view over the table, with whose rights the view reads it
 * @param ours whether the reader is our own role
 * @param active whether policies apply to the reader at all
 * @param owner whether the reader owns the table, so that policies apply only since they are forced
 * @param everyRow whether one of the policies that apply lets every row through: permissive, with the literal {@code true}
 * @param restrictive names of restrictive policies that apply, quoted; null: none
 * @param version changes with every change of the table's policies, and never back
 */
public record Policies(
        TableId table,
        String reader,
        boolean ours,
        boolean active,
        boolean owner,
        boolean everyRow,
        @Nullable String restrictive,
        String version) {

    /** Returns whether the reader may get fewer rows than exist. */
    public boolean hide() {
        return active && !passAll();
    }

    /** Returns whether policies apply and are known to let every row through. */
    public boolean letAllThrough() {
        return active && passAll();
    }

    private boolean passAll() {
        return everyRow && restrictive == null;
    }
}
