package dev.tidemark.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresServerIT {

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(Map.of("wal_sender_timeout", "7s"));
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @Test
    void restart_keepsRows_onTheSamePort() throws SQLException {
        server.createDatabase("restarts");
        server.execute("restarts", "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (2)");
        int port = server.port();

        server.restart();

        assertThat(server.port()).isEqualTo(port);
        assertThat(query("restarts", "SELECT count(*) FROM t")).isEqualTo("2");
    }

    @Test
    void startAgain_recoversCommittedRows_afterImmediateStop() throws SQLException {
        server.createDatabase("crashes");
        server.execute("crashes", "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (2), (3)");

        server.stopImmediate();
        assertThatThrownBy(() -> query("crashes", "SELECT 1")).isInstanceOf(SQLException.class);
        server.startAgain();

        assertThat(query("crashes", "SELECT count(*) FROM t")).isEqualTo("3");
    }

    @Test
    void connect_isRefused_withAWrongPassword() {
        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void logicalSlot_canBeCreated_andSeesChanges() throws SQLException {
        server.createDatabase("slots");
        server.execute("slots", "CREATE TABLE t (id int)");
        query("slots", "SELECT pg_create_logical_replication_slot('testkit', 'pgoutput')");
        server.execute("slots", "CREATE PUBLICATION testkit FOR ALL TABLES", "INSERT INTO t VALUES (1)");

        String changes = query(
                "slots",
                "SELECT count(*) FROM pg_logical_slot_get_binary_changes('testkit', NULL, NULL,"
                        + " 'proto_version', '1', 'publication_names', 'testkit')");

        assertThat(Integer.parseInt(changes)).isPositive();
        query("slots", "SELECT pg_drop_replication_slot('testkit')");
    }

    @Test
    void settings_winOverTheDefaults() throws SQLException {
        assertThat(query("postgres", "SHOW wal_sender_timeout")).isEqualTo("7s");
        assertThat(query("postgres", "SHOW wal_level")).isEqualTo("logical");
    }

    @Test
    void start_failsWithTheLog_whenASettingIsWrong() {
        assertThatThrownBy(() -> PostgresServer.start(Map.of("no_such_setting", "1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no_such_setting");
    }

    private static String query(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return String.valueOf(rows.getString(1));
        }
    }
}
