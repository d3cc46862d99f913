package dev.tidemark.admin;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.load.RowSelection;
import dev.tidemark.load.RowSelector.InvalidSelectionException;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tables that can be loaded again.
 *
 * @param tables whose rows are documents, or roots of joined ones
 * @param parts others that joined documents are formed from, each with the root of such a document
 * @param estimate the planner's guess of a table's rows, -1 if there is none
 * @param selector verifies which rows of a table are requested
 */
public record LoadableTables(
        Set<TableId> tables, Map<TableId, TableId> parts, ToLongFunction<TableId> estimate, Selector selector) {

    /** Verifies which rows of a table are requested. */
    @FunctionalInterface
    public interface Selector {
        /** Returns the rows, as {@link dev.tidemark.load.RowSelector#of} does. */
        RowSelection of(TableId table, @Nullable String where, @Nullable String from) throws InvalidSelectionException;
    }

    public LoadableTables {
        tables = Set.copyOf(tables);
        parts = Map.copyOf(parts);
    }
}
