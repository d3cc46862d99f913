package dev.tidemark.contract;

import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A MySQL server. */
public record MySqlSource(MySqlServer server) implements SourceServer {

    /** The server that all tests share. */
    static MySqlSource shared() {
        return new MySqlSource(MySqlServer.shared());
    }

    private static final String DIGITS = "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"
            + " UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8"
            + " UNION ALL SELECT 9)";

    @Override
    public ConnectorFactory factory() {
        return new MySqlConnectorFactory();
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
        return database + "." + table;
    }

    @Override
    public String settings(String database) {
        return "    user: " + server.user() + "\n    password: " + server.password() + "\n";
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

    @Override
    public long rowsRead(String database, String table) {
        String query =
                "SELECT count_fetch FROM performance_schema.table_io_waits_summary_by_table WHERE object_schema = '"
                        + database + "' AND object_name = '" + table + "'";
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : -1;
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    @Override
    public void forget(String database) {
        // A replica that is gone leaves nothing behind.
    }

    @Override
    public String numbers(int count) {
        StringBuilder sum = new StringBuilder("1");
        StringBuilder from = new StringBuilder();
        long factor = 1;
        for (int digit = 0; factor < count || digit == 0; digit++) {
            sum.append(" + ").append(factor).append(" * d").append(digit).append(".d");
            from.append(digit == 0 ? "" : ", ").append(DIGITS).append(" d").append(digit);
            factor *= 10;
        }
        return "(SELECT i FROM (SELECT " + sum + " AS i FROM " + from + ") every WHERE i <= " + count
                + " ORDER BY i) numbers";
    }

    /** MySQL reads a column's own REFERENCES and forgets it. */
    @Override
    public String cascading() {
        return ", FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE";
    }

    @Override
    public String keyText(int characters) {
        return "varchar(" + characters + ") CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin";
    }

    @Override
    public String json() {
        return "json";
    }

    @Override
    public String array(String first, String second) {
        return "CASE WHEN " + first + " + " + second + " IS NOT NULL THEN json_array(" + first + ", " + second
                + ") END";
    }

    @Override
    public String seconds(String column) {
        return "timestampdiff(SECOND, '1970-01-01', " + column + ")";
    }

    @Override
    public String quoted(String name) {
        return '`' + name + '`';
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void crash() {
        server.kill();
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
