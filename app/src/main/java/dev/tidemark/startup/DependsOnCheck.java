package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds tables that joined documents are read from and that {@code dependsOn} does not name: their changes never reach the
 * documents. Also finds statements and views that yield different rows for each reader.
 */
final class DependsOnCheck {

    private DependsOnCheck() {}

    /**
     * Returns a warning for each of them, or one that the database does not report them. They do not prevent a start, since a
     * table that never changes need not be named.
     */
    static List<Check> warnings(Config config, Connector connector) {
        List<Check> warnings = new ArrayList<>();
        for (Config.Document document : config.documents()) {
            if (document.source() instanceof DocumentSource.Joined joined) {
                String place = joined.place(Join.InvalidJoinException.STATEMENT);
                try {
                    unnamed(connector, joined.join()).forEach(table -> warnings.add(warning(place, table)));
                    connector.dependsOnReader(joined.join()).forEach(what -> warnings.add(ofReader(place, what)));
                } catch (SourceException e) {
                    warnings.add(Check.warning(
                            place, "the database does not report which tables it reads: " + e.getMessage(), e.hint()));
                }
            }
        }
        return warnings;
    }

    private static Check warning(String place, TableId table) {
        return Check.warning(
                place,
                "reads " + table + ", which is neither the root nor in dependsOn: its changes are not seen",
                "where it changes, add to dependsOn: { table: " + table
                        + ", ids: <which documents a row of it concerns> }");
    }

    private static Check ofReader(String place, String what) {
        return Check.warning(
                place,
                what + ": documents depend on who reads it, which is the user of the source",
                "if that user must see every row, read the tables, or a view that does not depend on it");
    }

    private static Set<TableId> unnamed(Connector connector, Join join) {
        Set<TableId> tables = new TreeSet<>(Comparator.comparing(TableId::toString));
        tables.addAll(connector.tablesRead(join));
        tables.remove(join.root());
        join.dependencies().stream().map(Join.Dependency::table).forEach(tables::remove);
        return tables;
    }
}
