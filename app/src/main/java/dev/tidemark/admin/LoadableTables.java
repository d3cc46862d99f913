package dev.tidemark.admin;

import dev.tidemark.connector.data.TableId;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Tables that can be loaded again.
 *
 * @param tables whose rows are documents, or roots of joined ones
 * @param parts others that joined documents are formed from, each with the root of such a document
 * @param estimate the planner's guess of a table's rows, -1 if there is none
 */
public record LoadableTables(Set<TableId> tables, Map<TableId, TableId> parts, ToLongFunction<TableId> estimate) {

    public LoadableTables {
        tables = Set.copyOf(tables);
        parts = Map.copyOf(parts);
    }
}
