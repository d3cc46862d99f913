package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.preflight.MySqlPreflight;
import dev.tidemark.testkit.mysql.MySqlServer;
import io.debezium.config.Configuration;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.connector.mysql.jdbc.MySqlConnection;
import io.debezium.connector.mysql.jdbc.MySqlConnectionConfiguration;
import io.debezium.connector.mysql.jdbc.MySqlFieldReaderResolver;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
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
            List<Check> checks = new MySqlPreflight(ours, new Database(ours), 4711).run(null);
            assertThat(checks).noneMatch(check -> check.outcome() == Outcome.FAILED);
            assertThat(checks.toString()).contains("not encrypted");

            Configuration engine =
                    Configuration.from(new MySqlConnector(settings(server, "debezium")).engineProperties(Map.of()));
            try (MySqlConnection connection = new MySqlConnection(
                    new MySqlConnectionConfiguration(engine),
                    MySqlFieldReaderResolver.resolve(new MySqlConnectorConfig(engine)))) {
                assertThat(connection.isBinlogFormatRow()).isTrue();
            }
        }
    }

    /** 0.0.0.0 leads here as well, and is not written like loopback: to us it is any other machine. */
    @Test
    void toAnotherMachine_noPasswordIsSentUnderAKeyThatItNamesItself() throws SQLException {
        try (MySqlServer server = MySqlServer.start("--tls-version=")) {
            server.execute(
                    "",
                    "CREATE USER 'far'@'%' IDENTIFIED BY 'p'",
                    "CREATE USER 'near'@'%' IDENTIFIED WITH mysql_native_password BY 'p'",
                    "GRANT ALL ON *.* TO 'far'@'%'",
                    "GRANT ALL ON *.* TO 'near'@'%'");
            Check first = check(far(server, "far"), "connection");
            assertThat(first.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(first.words()).contains("not encrypted", "user \"far\"");
            assertThat(first.hint()).contains("source.mysql.tls", "database.allowPublicKeyRetrieval: true");

            // Once the server has compared the password it needs no key; what reads the binlog might be asked for one.
            assertThat(check(settings(server, "far"), "tls").outcome()).isEqualTo(Outcome.OK);
            Check known = check(far(server, "far"), "tls");
            assertThat(known.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(known.words()).contains("not encrypted", "caching_sha2_password");

            assertThat(check(far(server, "near"), "tls").outcome()).isEqualTo(Outcome.OK);
            SourceSettings trusted = SourceSettings.of("plain")
                    .at("0.0.0.0", server.port())
                    .as("far", new Secret("p"))
                    .debezium(Map.of("database.allowPublicKeyRetrieval", "true"))
                    .build();
            assertThat(check(trusted, "tls").outcome()).isEqualTo(Outcome.OK);
        }
    }

    private static Check check(SourceSettings settings, String subject) {
        List<Check> checks = new MySqlPreflight(settings, new Database(settings), 4711).run(null);
        return checks.stream()
                .filter(check -> check.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError(checks));
    }

    private static SourceSettings far(MySqlServer server, String user) {
        return SourceSettings.of("plain")
                .at("0.0.0.0", server.port())
                .as(user, new Secret("p"))
                .build();
    }

    private static SourceSettings settings(MySqlServer server, String user) {
        return SourceSettings.of("plain")
                .at(server.host(), server.port())
                .as(user, new Secret("p"))
                .build();
    }
}
