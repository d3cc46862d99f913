package dev.tidemark.pipeline;

import dev.tidemark.admin.LoadableTables;
import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.load.RowSelector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Determines which tables can be loaded again. */
final class Loadable {

    private Loadable() {}

    static LoadableTables of(Targets targets, List<JoinedTarget> joined, Connector connector, RowReader reader) {
        Set<TableId> tables = new HashSet<>();
        targets.tables().forEach(info -> tables.add(info.schema().table()));
        Map<TableId, TableId> parts = new HashMap<>();
        for (JoinedTarget each : joined) {
            for (Join.Dependency dependency : each.join().dependencies()) {
                if (!tables.contains(dependency.table())) {
                    parts.putIfAbsent(dependency.table(), each.join().root());
                }
            }
        }
        RowSelector selector = new RowSelector(reader, targets::table);
        return new LoadableTables(tables, parts, table -> estimate(connector, table), selector::of);
    }

    /** Returns the estimate as it is now; the estimate at the start may be of an empty table. */
    private static long estimate(Connector connector, TableId table) {
        try {
            TableInfo info = connector.describe().get(table);
            return info == null ? -1 : info.estimatedRows();
        } catch (SourceException e) {
            return -1; // the load is tried, and reports why the table cannot be read
        }
    }
}
