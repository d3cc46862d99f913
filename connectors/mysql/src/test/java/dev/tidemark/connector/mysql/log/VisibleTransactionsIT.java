package dev.tidemark.connector.mysql.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.SourceException;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisibleTransactionsIT {

    @Test
    void await_names_whatIsNotExecuted() throws Exception {
        try (Connection connection = MySqlServer.shared().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS visible_transactions");
            String server;
            try (ResultSet answer = statement.executeQuery("SELECT @@GLOBAL.server_uuid")) {
                answer.next();
                server = answer.getString(1);
            }
            Gtid done = new Gtid(server + ":1");
            Gtid open = new Gtid(server + ":999999999");
            VisibleTransactions visible = new VisibleTransactions(connection);
            visible.await(List.of(done, Gtid.NONE));
            assertThatThrownBy(() -> visible.await(List.of(done, open)))
                    .isInstanceOfSatisfying(SourceException.class, e -> {
                        assertThat(e.isRetryable()).isTrue();
                        assertThat(e.hint()).contains("Rpl_semi_sync");
                    })
                    .hasMessageContaining("transaction " + open.name() + " is in the binlog, but not visible");
        }
    }
}
