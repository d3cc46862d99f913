package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.base.jdbc.TypedColumn;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.value.PgType;
import dev.tidemark.connector.postgres.value.PostgresTypes;
import dev.tidemark.connector.postgres.value.PostgresTypes.PostgresType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Information about tables in pg_catalog. One instance for one connection. */
public final class PostgresCatalog {

    /** A column with what reading it needs. {@code castType} is its base type as SQL spells it. */
    public record CatalogColumn(Column column, PostgresType type, String castType) implements TypedColumn {}

    /** Domains are followed to their base type; the outermost type modifier that is set is the one that counts. */
    private static final String COLUMNS = """
            WITH RECURSIVE types(attnum, attname, attnotnull, oid, typmod) AS (
                SELECT attnum, attname, attnotnull, atttypid, atttypmod
                FROM pg_attribute
                WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
              UNION ALL
                SELECT t.attnum, t.attname, t.attnotnull OR d.typnotnull, d.typbasetype,
                       CASE WHEN t.typmod >= 0 THEN t.typmod ELSE d.typtypmod END
                FROM types t JOIN pg_type d ON d.oid = t.oid AND d.typtype = 'd'
            )
            SELECT t.attname, t.attnotnull, t.typmod, format_type(t.oid, -1), %s
            FROM types t JOIN pg_type b ON b.oid = t.oid %s
            WHERE b.typtype <> 'd'
            ORDER BY t.attnum
            """.formatted(PgType.COLUMNS, PgType.ELEMENT);

    private static final String PRIMARY_KEY = """
            SELECT a.attname FROM pg_index i
            JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON k.place <= i.indnkeyatts
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE i.indrelid = ? AND i.indisprimary
            ORDER BY k.place
            """;

    private static final String UNIQUE_INDEXES = """
            SELECT array_agg(a.attname::text) FROM pg_index i
            JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON k.place <= i.indnkeyatts
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE i.indrelid = ? AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indisvalid
              AND (i.indimmediate OR NOT ?)
            GROUP BY i.indexrelid
            """;

    private static final String GENERATED =
            "SELECT attname FROM pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped AND attgenerated <> ''";

    /** Neither partitions, whose rows arrive as the root's, nor temporary tables. */
    private static final String TABLES = """
            SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
            ORDER BY n.nspname, c.relname
            """;

    private static final int NUMERIC_HEADER = 4;

    private final Connection connection;

    public PostgresCatalog(Connection connection) {
        this.connection = connection;
    }

    /** Returns the table's oid; {@code null} if it does not exist. */
    public @Nullable Long oid(TableId table) throws SQLException {
        String sql = "SELECT c.oid::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relname = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Long.valueOf(rows.getLong(1)) : null;
            }
        }
    }

    /** Returns all tables that can be captured, ordered by name. */
    public List<TableId> tables() throws SQLException {
        List<TableId> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                tables.add(new TableId(rows.getString(1), rows.getString(2)));
            }
        }
        return tables;
    }

    /**
     * Reads what the catalog has of a table.
     *
     * @throws SourceException if the table does not exist
     */
    public TableInfo describe(Table table) throws SQLException {
        long oid = existing(table.id());
        List<Column> columns = columns(oid).stream().map(CatalogColumn::column).toList();
        List<String> key = table.key().isEmpty() ? primaryKey(oid) : table.key();
        return new TableInfo(new RowSchema(table.id(), columns), key, estimatedRows(oid))
                .withDeferrable(!key.isEmpty() && !unique(oid, key, true));
    }

    /**
     * Returns whether a unique index has no column beyond the key's.
     *
     * @param atOnce whether it must keep the key unique at each moment, not only when a statement or a transaction ends
     */
    public boolean unique(long oid, List<String> key, boolean atOnce) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_INDEXES)) {
            statement.setLong(1, oid);
            statement.setBoolean(2, atOnce);
            try (ResultSet indexes = statement.executeQuery()) {
                while (indexes.next()) {
                    if (Set.copyOf(key)
                            .containsAll(List.of((Object[]) indexes.getArray(1).getArray()))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * Returns the oid of a table.
     *
     * @throws SourceException if the table does not exist
     */
    public long existing(TableId table) throws SQLException {
        Long oid = oid(table);
        if (oid == null) {
            throw SourceException.fatal(
                    "table " + table + " does not exist", "correct 'documents' or create the table");
        }
        return oid;
    }

    /** Returns the columns in their order, without generated ones: see {@link TableTraits#generated}. */
    public List<CatalogColumn> columns(long oid) throws SQLException {
        List<CatalogColumn> columns = new ArrayList<>();
        each(oid, (name, found) -> {
            PostgresType type = PostgresTypes.of(found.type(), found.precision());
            columns.add(new CatalogColumn(new Column(name, type.type(), !found.notNull()), type, found.castType()));
        });
        return columns;
    }

    /** A column's type at the end of its chain of domains. */
    public record Found(PgType type, int precision, boolean notNull, String castType) {}

    /** Hands over the columns in their order, without generated ones. */
    public void each(long oid, BiConsumer<String, Found> columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    int typmod = rows.getInt(3);
                    int precision = typmod < NUMERIC_HEADER ? 0 : (typmod - NUMERIC_HEADER) >> 16;
                    columns.accept(
                            rows.getString(1),
                            new Found(PgType.of(rows, 5), precision, rows.getBoolean(2), rows.getString(4)));
                }
            }
        }
    }

    /** Returns the columns of the primary key in its order; empty if the table has none. */
    public List<String> primaryKey(long oid) throws SQLException {
        return names(PRIMARY_KEY, oid);
    }

    /** Returns the type of that oid, which is never a domain's; a type that does not exist is text. */
    public PgType type(int oid) throws SQLException {
        String sql =
                "SELECT " + PgType.COLUMNS + " FROM pg_catalog.pg_type b" + PgType.ELEMENT + " WHERE b.oid::int8 = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, Integer.toUnsignedLong(oid));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? PgType.of(rows, 1) : new PgType(oid, "unknown", false, null);
            }
        }
    }

    /** Returns what the log contains of the table's rows, its partitions included. */
    public TableTraits traits(TableId table, long oid) throws SQLException {
        return TableTraits.of(
                RowIdentities.of(connection, List.of(table)).getOrDefault(table, List.of()),
                Set.copyOf(names(GENERATED, oid)));
    }

    /** Returns whether the table holds any row. */
    public boolean hasRows(TableId table) throws SQLException {
        String sql = "SELECT EXISTS (SELECT FROM " + Database.quoted(table.schema()) + "."
                + Database.quoted(table.table()) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    /** Returns a view's definition; empty for a table. */
    public Optional<String> definition(TableId view) throws SQLException {
        String sql = "SELECT pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('v', 'm')";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, view.schema());
            statement.setString(2, view.table());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** Returns the planner's estimate, over all partitions if it is partitioned; -1 if the table was never analyzed. */
    private long estimatedRows(long oid) throws SQLException {
        String sql = "SELECT CASE WHEN relkind = 'p'"
                + " THEN (SELECT coalesce(sum(p.reltuples) FILTER (WHERE p.reltuples >= 0), -1)"
                + " FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid WHERE t.isleaf)"
                + " ELSE reltuples END::int8 FROM pg_class c WHERE oid = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : -1;
            }
        }
    }

    private List<String> names(String sql, long oid) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }
}
