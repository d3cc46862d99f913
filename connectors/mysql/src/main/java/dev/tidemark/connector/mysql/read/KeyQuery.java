package dev.tidemark.connector.mysql.read;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One query for many keys of a table. Each value is sent as the column's own type, so that its index is used and MySQL's lax
 * comparisons ({@code 0 = 'abc'}) never come in. The connection must answer times at UTC and text in UTF-8.
 */
final class KeyQuery {

    private static final int KEYS = 1000;

    /**
     * Of several columns: what the server plans such a list with grows with the square of the keys that begin alike. 1,000 of
     * them took 90 MB; the limit is 8 MB ({@code range_optimizer_max_mem_size}), and above it the server reads the full table.
     * 200 take 4 MB, and are the fastest.
     */
    private static final int ROWS = 200;

    private final Connection connection;
    private final List<CatalogColumn> keys;
    private final List<CatalogColumn> columns;
    private final RowSchema schema;
    private final String select;
    private final SqlDialect<CatalogColumn> dialect;

    private KeyQuery(
            Connection connection,
            SqlDialect<CatalogColumn> dialect,
            TableId table,
            List<CatalogColumn> keys,
            List<CatalogColumn> columns) {
        this.connection = connection;
        this.dialect = dialect;
        this.keys = keys;
        this.columns = columns;
        this.schema =
                new RowSchema(table, columns.stream().map(CatalogColumn::column).toList());
        this.select = "SELECT " + dialect.selected(columns) + " FROM " + MySqlCatalog.quoted(table) + " WHERE ("
                + names(keys) + ") IN (";
    }

    /** Creates a query that reads full rows. */
    static KeyQuery ofRows(
            Connection connection, SqlDialect<CatalogColumn> dialect, TableId table, List<String> keyColumns)
            throws SQLException {
        List<CatalogColumn> all = new MySqlCatalog(connection).columns(table);
        return new KeyQuery(connection, dialect, table, named(table, all, keyColumns), all);
    }

    /** Reads the key columns only. */
    static KeyQuery ofKeys(
            Connection connection, SqlDialect<CatalogColumn> dialect, TableId table, List<String> keyColumns)
            throws SQLException {
        List<CatalogColumn> keys = named(table, new MySqlCatalog(connection).columns(table), keyColumns);
        return new KeyQuery(connection, dialect, table, keys, keys);
    }

    /** Returns the values that a key's texts stand for, or null if one is not a value of its column: such a key finds no row. */
    @Nullable
    Object @Nullable [] parse(String[] texts) {
        @Nullable Object[] values = new @Nullable Object[texts.length];
        for (int i = 0; i < texts.length; i++) {
            values[i] = KeyValue.parse(keys.get(i), texts[i]);
            if (values[i] == null) {
                return null;
            }
        }
        return values;
    }

    /** Returns the max number of keys of one query. */
    int most() {
        return keys.size() == 1 ? KEYS : ROWS;
    }

    /**
     * Finds the rows with these keys, {@link #most} of them; one that holds NULL finds none. Rows are handed over as they come
     * (invariant 3: they may be wide), and the connection does nothing else meanwhile.
     */
    void run(List<@Nullable Object[]> values, Consumer<Row> found) throws SQLException {
        List<@Nullable Object[]> complete =
                values.stream().filter(KeyQuery::isComplete).toList();
        if (complete.isEmpty()) {
            return;
        }
        String one = "(" + String.join(",", Collections.nCopies(keys.size(), "?")) + ")";
        String sql = select + String.join(",", Collections.nCopies(complete.size(), one)) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            int at = 1;
            for (@Nullable Object[] key : complete) {
                for (int i = 0; i < key.length; i++) {
                    KeyValue.bind(statement, at++, Objects.requireNonNull(key[i]), keys.get(i));
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.accept(dialect.row(rows, schema, columns));
                }
            }
        }
    }

    private static boolean isComplete(@Nullable Object[] key) {
        for (Object value : key) {
            if (value == null || value == Row.UNAVAILABLE) {
                return false;
            }
        }
        return true;
    }

    /** Returns the value of a column, in the form of its type. */
    static @Nullable Object value(TableId table, CatalogColumn column, byte[] bytes) {
        try {
            return column.type().codec().ofServer(bytes);
        } catch (IllegalArgumentException e) {
            throw SourceException.fatal(
                    "column " + column.column().name() + " of " + table + " holds what cannot be read: "
                            + e.getMessage(),
                    "correct the value",
                    e);
        }
    }

    /** Returns the columns as a query lists them. */
    static String names(List<CatalogColumn> columns) {
        return columns.stream().map(c -> MySqlCatalog.quoted(c.column().name())).collect(Collectors.joining(", "));
    }

    private static List<CatalogColumn> named(TableId table, List<CatalogColumn> all, List<String> names) {
        List<CatalogColumn> found = new ArrayList<>();
        for (String name : names) {
            CatalogColumn column = all.stream()
                    .filter(c -> c.column().name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> SourceException.fatal("table " + table + " has no column " + name, "correct 'id'"));
            MySqlCatalog.checkKey(table, column);
            found.add(column);
        }
        return found;
    }
}
