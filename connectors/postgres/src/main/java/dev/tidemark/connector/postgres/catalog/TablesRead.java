package dev.tidemark.connector.postgres.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.connector.base.jdbc.JoinStatements;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tables behind a statement, as its plan has them: views are replaced by what they read, and what is not needed for a
 * column is left out. The statement is planned and not run.
 */
public final class TablesRead {

    /** The table that a partition is of, or the table itself. */
    private static final String ROOT = """
            SELECT rn.nspname, r.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
            JOIN pg_namespace rn ON rn.oid = r.relnamespace
            WHERE n.nspname = ? AND c.relname = ?
            """;

    private final Connection connection;

    /** @param connection to be closed afterwards: its session is changed */
    public TablesRead(Connection connection) {
        this.connection = connection;
    }

    public Set<TableId> of(JoinStatements<CatalogColumn> statements) throws SQLException {
        List<CatalogColumn> keys = statements.keys();
        List<String> parameters = IntStream.range(0, keys.size())
                .mapToObj(i -> "CAST($" + (i + 1) + " AS " + keys.get(i).castType() + ")")
                .toList();
        Set<TableId> tables = new HashSet<>();
        for (JsonNode node : plan(statements.rows(parameters), keys.size()).findParents("Relation Name")) {
            tables.add(root(
                    node.path("Schema").asText(), node.path("Relation Name").asText()));
        }
        return tables;
    }

    private JsonNode plan(String sql, int parameters) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Of values that are known, the planner would find out that no row has them.
            statement.execute("SET plan_cache_mode = force_generic_plan");
            statement.execute(
                    "SET row_security = on"); // nothing is read; whether policies hide rows is another question
            statement.execute("PREPARE tidemark_query AS " + sql);
            String values = "NULL" + ", NULL".repeat(parameters - 1);
            try (ResultSet plan =
                    statement.executeQuery("EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE tidemark_query(" + values + ")")) {
                plan.next();
                return new ObjectMapper().readTree(plan.getString(1));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a plan that is not JSON", e);
        }
    }

    private TableId root(String schema, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROOT)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? new TableId(rows.getString(1), rows.getString(2)) : new TableId(schema, table);
            }
        }
    }
}
