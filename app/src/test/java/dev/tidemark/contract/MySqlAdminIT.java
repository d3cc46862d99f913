package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.Health;
import dev.tidemark.pipeline.Service;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The API on MySQL. */
class MySqlAdminIT extends AdminContract {

    @Override
    Shop database() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }

    @Override
    void divideUnseen(Shop shop) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_log_bin = 0");
            statement.execute("UPDATE counts SET n = n DIV 1000");
        }
    }

    /** The log tells that a table was dropped, or renamed: what it left in the dead letters is done with, too. */
    @Test
    void droppedTable_leavesNoDeadLetters() throws Exception {
        try (Shop shop = open()) {
            try (Service service = start(shop)) {
                shop.sql("INSERT INTO counts VALUES (7, 7000000000)");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).hasSize(1));
                shop.sql("DROP TABLE counts");
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).isEmpty());
                assertThat(command(shop, "dead-letters", "replay", "--all").code())
                        .isZero();
                assertThat(service.pipeline().health().of(Health.Part.FLUSH)).isEmpty();
            }
        }
    }
}
