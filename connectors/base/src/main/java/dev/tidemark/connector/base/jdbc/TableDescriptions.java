package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.base.decode.KeyChanges;
import dev.tidemark.connector.data.TableId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Descriptions of the captured tables of a configuration, which may name one of them more than once. */
public final class TableDescriptions {

    /** A catalog of the database. */
    @FunctionalInterface
    public interface Catalog {

        /**
         * Describes a table.
         *
         * @throws SourceException if it does not exist, or cannot be captured
         */
        TableInfo describe(Table table) throws SQLException;
    }

    private final SourceSettings settings;
    private final KeyChanges keys;
    private final Catalog catalog;
    private final Map<TableId, TableInfo> described = new LinkedHashMap<>();

    /** @param keys remembers the primary keys */
    public TableDescriptions(SourceSettings settings, KeyChanges keys, Catalog catalog) {
        this.settings = settings;
        this.keys = keys;
        this.catalog = catalog;
    }

    /** Returns the descriptions of all tables; fails if one cannot be described. */
    public Map<TableId, TableInfo> all() throws SQLException {
        for (Table table : captured()) {
            add(table);
        }
        return described;
    }

    /** Returns the descriptions of those tables that can be described. */
    public Map<TableId, TableInfo> those() throws SQLException {
        for (Table table : captured()) {
            try {
                add(table);
            } catch (SourceException e) {
                // Left out: the caller asks for those that can be described.
            }
        }
        return described;
    }

    private List<Table> captured() {
        return settings.tables().stream().filter(table -> !table.isDependency()).toList();
    }

    private void add(Table table) throws SQLException {
        TableInfo info = catalog.describe(table);
        keys.described(table.id(), table.key().isEmpty() ? info.key() : List.of());
        // The key that is configured is that of the table's documents.
        described.merge(
                table.id(),
                info,
                (one, other) ->
                        (table.key().isEmpty() ? other : one).withDeferrable(one.deferrable() || other.deferrable()));
    }
}
