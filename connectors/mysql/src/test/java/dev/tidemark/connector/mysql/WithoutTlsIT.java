package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.testkit.MySqlServer;
import io.debezium.config.Configuration;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.connector.mysql.jdbc.MySqlConnection;
import io.debezium.connector.mysql.jdbc.MySqlConnectionConfiguration;
import io.debezium.connector.mysql.jdbc.MySqlFieldReaderResolver;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that offers no TLS, and users who log in for the first time: the server has nothing to compare their words with. */
class WithoutTlsIT {

    @Test
    void bothOurConnectionsAndDebeziums_logIn() throws SQLException {
        try (MySqlServer server = MySqlServer.start("--tls-version=")) {
            server.execute(
                    "",
                    "CREATE USER 'ours'@'%' IDENTIFIED BY 'p'",
                    "CREATE USER 'debezium'@'%' IDENTIFIED BY 'p'",
                    "GRANT ALL ON *.* TO 'ours'@'%'",
                    "GRANT ALL ON *.* TO 'debezium'@'%'");
            SourceSettings ours = settings(server, "ours");
            List<Check> checks = new MySqlPreflight(ours, new Database(ours), 4711).run(null, false);
            assertThat(checks).noneMatch(check -> check.outcome() == Outcome.REFUSED);
            assertThat(checks.toString()).contains("not encrypted");

            Configuration engine =
                    Configuration.from(new MySqlConnector(settings(server, "debezium")).engineProperties(null));
            try (MySqlConnection connection = new MySqlConnection(
                    new MySqlConnectionConfiguration(engine),
                    MySqlFieldReaderResolver.resolve(new MySqlConnectorConfig(engine)))) {
                assertThat(connection.isBinlogFormatRow()).isTrue();
            }
        }
    }

    private static SourceSettings settings(MySqlServer server, String user) {
        return SourceSettings.of("plain")
                .at(server.host(), server.port())
                .as(user, new Secret("p"))
                .build();
    }
}
