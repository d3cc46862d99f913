package dev.tidemark.testkit.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MySqlServerIT {

    private static MySqlServer server;

    @BeforeAll
    static void start() {
        server = MySqlServer.start("--max-connections=77");
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @Test
    void startAgain_recoversCommittedRows_afterAKill() throws SQLException {
        server.createDatabase("crashes");
        server.execute("crashes", "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2), (3)");
        int port = server.port();

        server.kill();
        assertThatThrownBy(() -> query("SELECT 1")).isInstanceOf(SQLException.class);
        server.startAgain();

        assertThat(server.port()).isEqualTo(port);
        assertThat(query("SELECT count(*) FROM crashes.t")).isEqualTo("3");
    }

    @Test
    void restart_keepsRowsAndIdentity_onTheSamePort() throws SQLException {
        server.createDatabase("restarts");
        server.execute("restarts", "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
        int port = server.port();
        String uuid = query("SELECT @@server_uuid");

        server.restart();

        assertThat(server.port()).isEqualTo(port);
        assertThat(query("SELECT @@server_uuid")).isEqualTo(uuid);
        assertThat(query("SELECT count(*) FROM restarts.t")).isEqualTo("2");
    }

    @Test
    void binlog_isRowBasedWithGtids_andOutlivesTheProcess() throws SQLException {
        assertThat(query("SELECT concat_ws(' ', @@log_bin, @@binlog_format, @@binlog_row_image, @@gtid_mode,"
                        + " @@sync_binlog, @@innodb_flush_log_at_trx_commit)"))
                .isEqualTo("1 ROW FULL ON 0 2");
    }

    @Test
    void arguments_winOverTheDefaults() throws SQLException {
        assertThat(query("SELECT @@max_connections")).isEqualTo("77");
        try (MySqlServer other = MySqlServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
                Connection connection = other.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@gtid_mode, @@server_uuid")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("OFF");
            assertThat(row.getString(2)).isNotEqualTo(query("SELECT @@server_uuid"));
        }
    }

    @Test
    void version_isTheServersOwn() throws SQLException {
        assertThat(query("SELECT @@version")).startsWith(server.version());
    }

    @Test
    void connect_isRefused_withAWrongPassword() {
        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(""), server.user(), "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Access denied");
    }

    @Test
    void start_failsWithTheLog_whenAnArgumentIsWrong() {
        assertThatThrownBy(() -> MySqlServer.start("--no-such-option=1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-option");
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return String.valueOf(rows.getString(1));
        }
    }
}
