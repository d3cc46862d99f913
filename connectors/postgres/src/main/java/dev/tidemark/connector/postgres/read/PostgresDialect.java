package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.base.jdbc.FetchPace;
import dev.tidemark.connector.base.jdbc.SqlDialect;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog.CatalogColumn;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.FetchLimit;
import dev.tidemark.connector.postgres.value.PostgresTypes;
import dev.tidemark.connector.postgres.value.PostgresTypes.PostgresType;
import dev.tidemark.connector.postgres.value.ValueForm;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Values travel as texts that the server casts. */
public final class PostgresDialect implements SqlDialect<CatalogColumn> {

    private final Database database;

    public PostgresDialect(Database database) {
        this.database = database;
    }

    @Override
    public String quoted(String name) {
        return Database.quoted(name);
    }

    @Override
    public String parameter(CatalogColumn column) {
        return "CAST(? AS " + column.castType() + ")";
    }

    /** Returns the column as it is selected: money as numeric, since its text depends on the server's locale. */
    @Override
    public String selected(CatalogColumn column) {
        String name = quoted(column.column().name());
        return column.type().form() == ValueForm.MONEY ? name + "::numeric" : name;
    }

    @Override
    public String fullTablePreparation() {
        return "SET LOCAL statement_timeout = 0";
    }

    @Override
    public int fetchSize() {
        return FetchPace.FIRST;
    }

    @Override
    public long maxRowBytes() {
        return database.fetchLimit().bytes();
    }

    /** Returns the length of the texts that the server sends. It knows that of a text and of bytes without reading them. */
    @Override
    public String size(List<CatalogColumn> columns) {
        return columns.stream()
                .map(column -> "coalesce(octet_length(CAST(" + selected(column) + " AS text)), 0)::int8")
                .collect(Collectors.joining(" + "));
    }

    @Override
    public boolean isTooWide(SourceException failure) {
        return FetchLimit.exceeded(failure) != null;
    }

    @Override
    public List<CatalogColumn> columns(Connection connection, TableId table) throws SQLException {
        return KeyQuery.columns(connection, table);
    }

    @Override
    public TableInfo describe(Connection connection, SourceSettings.Table table) throws SQLException {
        return new PostgresCatalog(connection).describe(table);
    }

    @Override
    public List<CatalogColumn> columns(Connection connection, ResultSetMetaData result, List<String> key)
            throws SQLException {
        List<CatalogColumn> columns = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            String name = result.getColumnLabel(i);
            String typeName = plain(result.getColumnTypeName(i));
            int oid = connection.unwrap(BaseConnection.class).getTypeInfo().getPGType(typeName);
            PostgresType type = PostgresTypes.of(new PostgresCatalog(connection).type(oid), result.getPrecision(i));
            columns.add(new CatalogColumn(new Column(name, type.type(), !key.contains(name)), type, typeName));
        }
        return columns;
    }

    /** Returns the type without a sequence: the driver calls an integer with a sequence by the word that declares it. */
    private static String plain(String typeName) {
        return switch (typeName) {
            case "smallserial" -> "int2";
            case "serial" -> "int4";
            case "bigserial" -> "int8";
            default -> typeName;
        };
    }

    @Override
    public String shape(ResultSetMetaData result, int column) throws SQLException {
        return result.getColumnLabel(column) + " " + result.getColumnType(column);
    }

    @Override
    public Optional<String> unreadable(CatalogColumn column) {
        String name = column.column().name();
        return column.type().form() == ValueForm.MONEY
                ? Optional.of("column " + name + " is money: cast it, such as " + name + "::numeric AS " + name)
                : Optional.empty();
    }

    @Override
    public @Nullable Object value(ResultSet rows, int index, TableId table, CatalogColumn column) throws SQLException {
        return KeyQuery.value(rows, index, column);
    }

    @Override
    public Object keyValue(CatalogColumn column, String text) {
        return KeyText.ofDocument(column.column().type().kind(), text);
    }

    @Override
    public Object keyParameter(CatalogColumn column, Object value) {
        return KeyText.of(column.column().type().kind(), value);
    }

    @Override
    public boolean comparesRowsByIndex() {
        return true;
    }

    @Override
    public void bindKey(PreparedStatement statement, int at, CatalogColumn column, Object value) throws SQLException {
        statement.setString(at, (String) value);
    }

    @Override
    public PostgresJoinStatements compile(Connection connection, Join join) throws SQLException {
        return new PostgresJoinStatements(this, connection, join);
    }

    @Override
    public PreparedStatement prepare(Connection connection, Join join, String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /**
     * Returns the server's message and hint. Leaves out the position: it counts in another text than the one that was configured.
     */
    @Override
    public String words(SQLException rejection) {
        ServerErrorMessage message = rejection instanceof PSQLException known ? known.getServerErrorMessage() : null;
        if (message == null) {
            return String.valueOf(rejection.getMessage());
        }
        return message.getMessage() + (message.getHint() == null ? "" : "; " + message.getHint());
    }

    @Override
    public SourceException explain(SQLException failure) {
        return database.explain(failure);
    }
}
