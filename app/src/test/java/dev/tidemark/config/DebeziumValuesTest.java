package dev.tidemark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.ConnectorFactory;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Debezium would misread silently, or fail for later, is found before anything starts. */
class DebeziumValuesTest {

    private final Path directory;

    DebeziumValuesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Config load(String connector, String debezium) throws IOException {
        String database = connector.equals("postgres") ? "database: shop, " : "";
        Path file = Files.writeString(directory.resolve("tidemark.yml"), """
                name: shop
                state: %s
                source:
                  %s: { host: 127.0.0.1, %suser: u, password: p, debezium: { %s } }
                sink: { typesense: { nodes: ["http://127.0.0.1:1"], apiKey: k } }
                documents:
                  - table: shop.products
                """.formatted(
                        directory.resolve("state"), connector, database, debezium));
        List<ConnectorFactory> factories = List.of(new PostgresConnectorFactory(), new MySqlConnectorFactory());
        return ConfigLoader.load(file, factories, Map.of("VALUE", "hidden-value"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgres | max.batch.size: many | many | integer",
                "postgres | binary.handling.mode: bites | bites | base64",
                "postgres | snapshot.isolation.mode: strict | strict | serializable",
                "postgres | topic.naming.strategy: com.example.None | com.example.None | no such class",
                "postgres | max.queue.size.in.bytes: 3MB | 3MB | long",
                "postgres | database.connectTimeout: abc | abc | integer",
                "postgres | driver.socketTimeout: 5s | 5s | integer",
                "mysql | database.connectTimeout: abc | abc | connectTimeout",
                "mysql | driver.autoReconnect: perhaps | perhaps | autoReconnect",
                "mysql | snapshot.locking.mode: noen | noen | minimal",
                "mysql | poll.interval.ms: fast | fast | long",
                "mysql | ddl.parser.type: older | older | legacy",
                "mysql | topic.naming.strategy: com.example.None | com.example.None | no such class",
            })
    void wrongValues_areRefused_withWhatIsAllowed(String connector, String property, String value, String allowed) {
        assertThatThrownBy(() -> load(connector, property))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "source." + connector + ".debezium." + property.substring(0, property.indexOf(':')))
                .hasMessageContaining(value)
                .message()
                .containsIgnoringCase(allowed);
    }

    @Test
    void values_thatAVariableHolds_areNotShown() {
        assertThatThrownBy(() -> load("postgres", "max.batch.size: '${VALUE}'"))
                .hasMessageContaining("max.batch.size")
                .hasMessageNotContaining("hidden-value");
    }

    @Test
    void rightValues_andUnknownProperties_areTaken() throws IOException {
        assertThat(load("mysql", "snapshot.locking.mode: Minimal, max.batch.size: 10, max.bach.size: 1, my.own: x")
                        .source()
                        .settings()
                        .debezium())
                .hasSize(4);
    }
}
