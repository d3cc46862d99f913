package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sweep reads a whole table, for longer than a query may take. */
class WholeTableIT {

    private static final TableId SLOW = TableId.parse("whole_table.slow");

    @Test
    void wholeTable_isReadHoweverLongThatTakes() throws Exception {
        MySqlServer server = MySqlServer.shared();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE whole_table");
            statement.execute("CREATE TABLE whole_table.items (id int PRIMARY KEY)");
            statement.execute("INSERT INTO whole_table.items VALUES (1), (2), (3)");
            statement.execute("CREATE VIEW whole_table.slow AS SELECT id, SLEEP(0.2) AS slept FROM whole_table.items");
        }
        SourceSettings settings = SourceSettings.of("whole")
                .at(server.host(), server.port())
                .as(server.user(), new Secret(server.password()))
                .reads(new SourceSettings.Reads(1, Duration.ofMillis(150), 1000))
                .build();
        try (RowReader reader = new MySqlConnector(settings).rowReader()) {
            List<Object> ids = new ArrayList<>();
            assertThatThrownBy(() -> reader.first(SLOW, List.of("id"), 10, row -> {}))
                    .isInstanceOf(SourceException.class);
            reader.first(SLOW, List.of("id"), Integer.MAX_VALUE, row -> ids.add(row.get(0)));
            assertThat(ids).containsExactly(1, 2, 3);
        } finally {
            server.execute("", "DROP DATABASE whole_table"); // other tests are told of like names
        }
    }
}
