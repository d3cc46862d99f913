package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.base.jdbc.Causes;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publication of the captured tables, created and altered as Debezium does at the start of an engine in its mode
 * {@code filtered}. It has to exist before the slot: a plugin that reads the log from before fails.
 */
final class FilteredPublication {

    private static final Logger LOG = LoggerFactory.getLogger(FilteredPublication.class);

    /** A publication for all tables has no list of tables that could be set, and a standby alters nothing. */
    private static final String ALTERABLE =
            "SELECT pg_has_role(current_user, pubowner, 'USAGE') AND NOT puballtables AND NOT pg_is_in_recovery()"
                    + " FROM pg_catalog.pg_publication WHERE pubname = ?";

    private static final String PUBLISHED =
            "SELECT schemaname, tablename FROM pg_catalog.pg_publication_tables WHERE pubname = ?";

    private static final String OWNED = "SELECT pg_has_role(current_user, c.relowner, 'USAGE')"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')";

    /** SQLSTATE of a statement that a read-only transaction does not permit. */
    private static final String READ_ONLY = "25006";

    private final String name;
    private final List<TableId> captured;

    /** @param captured each table once */
    FilteredPublication(String name, Collection<TableId> captured) {
        this.name = name;
        this.captured = List.copyOf(captured);
    }

    /**
     * Creates the publication, or sets its tables if they are other ones. Leaves it as it is if it contains all captured tables
     * and the role is not permitted to alter it. Tables that do not exist are left out. May wait for locks of the tables.
     *
     * @throws SourceException if none of the tables exists
     */
    void ensure(Connection connection) throws SQLException {
        List<TableId> tables = new ArrayList<>();
        boolean allOwned = true;
        for (TableId table : captured) {
            Optional<Boolean> owned = flag(connection, OWNED, table.schema(), table.table());
            if (owned.isPresent()) {
                tables.add(table);
                allOwned &= owned.get();
            }
        }
        if (tables.isEmpty()) {
            throw SourceException.fatal(
                    "publication " + name + " would be empty: none of the captured tables exists",
                    "correct 'documents' or create the tables");
        }
        Optional<Boolean> alterable = flag(connection, ALTERABLE, name);
        if (alterable.isEmpty()) {
            execute(
                    connection,
                    "CREATE PUBLICATION " + Database.quoted(name) + " FOR TABLE " + list(tables)
                            + " WITH (publish_via_partition_root = true)");
            return;
        }
        Set<TableId> published = published(connection);
        boolean enough = published.containsAll(tables);
        boolean permitted = allOwned && alterable.get();
        if (!enough || published.size() > tables.size() && permitted) {
            execute(connection, "ALTER PUBLICATION " + Database.quoted(name) + " SET TABLE " + list(tables));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        LOG.info("{}", sql);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            if (READ_ONLY.equals(e.getSQLState())) {
                throw SourceException.fatal(
                        "the server is read-only, such as a standby: " + Causes.line(e),
                        "run this on the primary: " + sql,
                        e);
            }
            throw e;
        }
    }

    private Set<TableId> published(Connection connection) throws SQLException {
        Set<TableId> tables = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(PUBLISHED)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(new TableId(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return tables;
    }

    /** Returns the flag of the only row; empty if there is no row. */
    private static Optional<Boolean> flag(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getBoolean(1)) : Optional.empty();
            }
        }
    }

    private static String list(List<TableId> tables) {
        return tables.stream().map(Database::quoted).collect(Collectors.joining(", "));
    }
}
