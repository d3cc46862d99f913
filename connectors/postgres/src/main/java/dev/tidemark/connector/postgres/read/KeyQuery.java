package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.base.jdbc.FetchPace;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog.CatalogColumn;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.value.ArrayText;
import dev.tidemark.connector.postgres.value.ValueForm;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One query for many keys of a table. The keys travel as one array of texts for each column, cast to the column's type. */
final class KeyQuery {

    /** Index of a row's key among those that were requested, from 1. No column of a user is called that. */
    private static final String ORDINAL = "tidemark_key";

    private final Connection connection;
    private final List<CatalogColumn> keys;
    private final List<CatalogColumn> columns;
    private final RowSchema schema;
    private final String from;

    private KeyQuery(Connection connection, TableId table, List<CatalogColumn> keys, List<CatalogColumn> columns) {
        this.connection = connection;
        this.keys = keys;
        this.columns = columns;
        List<Column> described = columns.stream().map(CatalogColumn::column).toList();
        this.schema = new RowSchema(table, described);
        this.from = from(table, keys);
    }

    /** Reads full rows. */
    static KeyQuery ofRows(Connection connection, TableId table, List<String> keyColumns) throws SQLException {
        List<CatalogColumn> all = columns(connection, table);
        return new KeyQuery(connection, table, named(table, all, keyColumns), all);
    }

    /** Reads the key columns only. */
    static KeyQuery ofKeys(Connection connection, TableId table, List<String> keyColumns) throws SQLException {
        List<CatalogColumn> keys = named(table, columns(connection, table), keyColumns);
        return new KeyQuery(connection, table, keys, keys);
    }

    /** Returns the key's values as the server reads them; {@code null} if one is NULL, since no row has such a key. */
    String @Nullable [] spell(@Nullable Object[] key) {
        String[] texts = new String[keys.size()];
        for (int i = 0; i < texts.length; i++) {
            Object value = key[i];
            if (value == null || value == Row.UNAVAILABLE) {
                return null;
            }
            texts[i] = KeyText.of(keys.get(i).column().type().kind(), value);
        }
        return texts;
    }

    /** Takes the rows of keys. */
    @FunctionalInterface
    interface Found {

        /**
         * Takes a row.
         *
         * @param key the index of its key among those that were requested
         */
        void accept(int key, Row row);
    }

    /**
     * Finds the rows with these keys, which are fetched a few at a time: they may be wide (invariant 3). Runs within the
     * transaction in which this query was created.
     */
    void run(FetchPace pace, List<String[]> keyTexts, Found found) throws SQLException {
        String selected =
                columns.stream().map(column -> selected(column) + ", ").collect(Collectors.joining());
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + selected + "k.n" + from)) {
            pace.begin(statement);
            bind(statement, keyTexts);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Row row = row(rows);
                    pace.read(rows, row);
                    found.accept(rows.getInt(columns.size() + 1) - 1, row);
                }
            }
        }
    }

    /** Finds those rows with these keys that are too large to be read, with their keys alone. */
    void tooLarge(SqlDialect<CatalogColumn> dialect, List<String[]> keyTexts, Found found) throws SQLException {
        String sql = "SELECT " + dialect.selected(keys) + ", " + dialect.size(columns) + ", " + ORDINAL
                + " FROM (SELECT t.*, k.n AS " + ORDINAL + from + ") AS tidemark_sizes";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, keyTexts);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Row row = dialect.tooLarge(rows, schema, keys);
                    if (row != null) {
                        found.accept(rows.getInt(keys.size() + 2) - 1, row);
                    }
                }
            }
        }
    }

    private void bind(PreparedStatement statement, List<String[]> keyTexts) throws SQLException {
        for (int i = 0; i < keys.size(); i++) {
            List<@Nullable String> texts = new ArrayList<>();
            Kind kind = keys.get(i).column().type().kind();
            for (String[] key : keyTexts) {
                texts.add(KeyText.ofDocument(kind, key[i]));
            }
            statement.setString(i + 1, ArrayText.write(texts));
        }
    }

    private Row row(ResultSet rows) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(rows, i + 1, columns.get(i));
        }
        return new Row(schema, values);
    }

    /** Returns the value of a column of the current row of the result, in the form of its type. */
    static @Nullable Object value(ResultSet rows, int index, CatalogColumn column) throws SQLException {
        if (column.type().form() == ValueForm.BYTES) {
            return rows.getBytes(index);
        }
        String text = rows.getString(index);
        return text == null ? null : column.type().ofText(text);
    }

    private static String from(TableId table, List<CatalogColumn> keys) {
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> matches = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            arrays.add("CAST(? AS " + keys.get(i).castType() + "[])");
            names.add("k" + i);
            matches.add("t." + Database.quoted(keys.get(i).column().name()) + " = k.k" + i);
        }
        return " FROM " + Database.quoted(table) + " t JOIN unnest(" + String.join(", ", arrays)
                + ") WITH ORDINALITY AS k(" + String.join(", ", names) + ", n) ON " + String.join(" AND ", matches);
    }

    /** Returns the expression by which a column is selected. */
    private static String selected(CatalogColumn column) {
        String name = "t." + Database.quoted(column.column().name());
        // The text of money depends on the server's locale.
        return column.type().form() == ValueForm.MONEY ? name + "::numeric" : name;
    }

    /** Returns the columns of a table that exists. */
    static List<CatalogColumn> columns(Connection connection, TableId table) throws SQLException {
        PostgresCatalog catalog = new PostgresCatalog(connection);
        return catalog.columns(catalog.existing(table));
    }

    private static List<CatalogColumn> named(TableId table, List<CatalogColumn> all, List<String> names) {
        List<CatalogColumn> found = new ArrayList<>();
        for (String name : names) {
            found.add(all.stream()
                    .filter(c -> c.column().name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> SourceException.fatal("table " + table + " has no column " + name, "correct 'id'")));
        }
        return found;
    }
}
