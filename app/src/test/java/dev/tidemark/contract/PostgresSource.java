package dev.tidemark.contract;

import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A Postgres server. */
public record PostgresSource(PostgresServer server) implements SourceServer {

    /** The server that all tests share. */
    static PostgresSource shared() {
        return new PostgresSource(PostgresServer.shared());
    }

    @Override
    public ConnectorFactory factory() {
        return new PostgresConnectorFactory();
    }

    @Override
    public String host() {
        return server.host();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String qualified(String database, String table) {
        return "public." + table;
    }

    @Override
    public String settings(String database) {
        return "    database: " + database + "\n    user: " + server.user() + "\n    password: " + server.password()
                + "\n";
    }

    @Override
    public Connection connect(String database) throws SQLException {
        return server.connect(database);
    }

    @Override
    public void createDatabase(String database) {
        server.createDatabase(database);
    }

    @Override
    public void execute(String database, String... statements) {
        server.execute(database, statements);
    }

    /** Drops the slot. The server may hold it for a while after the service's end, or its crash. */
    @Override
    public void forget(String database) {
        String slot = " FROM pg_replication_slots WHERE slot_name = 'tidemark_" + database + "'";
        execute(database, "SELECT pg_terminate_backend(active_pid)" + slot + " AND active");
        await().atMost(Duration.ofMinutes(1)).until(() -> isEmpty(database, "SELECT 1" + slot + " AND active"));
        execute(database, "SELECT pg_drop_replication_slot(slot_name)" + slot);
    }

    private boolean isEmpty(String database, String query) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return !rows.next();
        }
    }

    @Override
    public String numbers(int count) {
        return "generate_series(1, " + count + ") i";
    }

    @Override
    public String[] tellRowsBefore(String table) {
        return new String[] {"ALTER TABLE " + table + " REPLICA IDENTITY FULL"};
    }

    @Override
    public long rowsRead(String database, String table) {
        return number(
                database,
                "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = '"
                        + table + "'");
    }

    private long number(String database, String query) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : -1;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    @Override
    public String keyText(int characters) {
        return "text";
    }

    @Override
    public String json() {
        return "jsonb";
    }

    @Override
    public String array(String first, String second) {
        return "CASE WHEN " + first + " + " + second + " IS NOT NULL THEN json_build_array(" + first + ", " + second
                + ") END";
    }

    @Override
    public String seconds(String column) {
        return "extract(epoch from " + column + ")::bigint";
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void crash() {
        server.stopImmediate();
    }

    @Override
    public void startAgain() {
        server.startAgain();
    }

    @Override
    public void close() {
        server.close();
    }
}
