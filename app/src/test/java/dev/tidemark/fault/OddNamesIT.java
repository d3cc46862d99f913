package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of databases, tables and columns are taken as they are, by each session. */
class OddNamesIT {

    private static final PostgresServer SERVER = PostgresServer.shared();

    private static Connection connect(String database) throws SQLException {
        String url = SERVER.jdbcUrl(URLEncoder.encode(database, StandardCharsets.UTF_8));
        return DriverManager.getConnection(url, SERVER.user(), SERVER.password());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b?c=d&e#f;g", "q'uo\\te käse {x} ${y}"})
    void oddDatabase_isFollowed(String plain) throws Exception {
        follow(plain);
    }

    @ParameterizedTest
    @Tag("long")
    @ValueSource(strings = {"shop+eu", "50%25 off"})
    void otherOddDatabase_isFollowed(String plain) throws Exception {
        follow(plain);
    }

    private static void follow(String plain) throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            String database = plain + shop.name();
            SERVER.execute("postgres", "CREATE DATABASE " + quoted(database));
            try (Connection connection = connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE \"my.ta+ble, (x)|y$ ü\" (id int PRIMARY KEY, \"n.a+me ü\" text)");
                statement.execute("INSERT INTO \"my.ta+ble, (x)|y$ ü\" VALUES (1, 'loaded')");
                // A decoy: what another reading of the names would find.
                statement.execute("CREATE TABLE \"myXtaable\" (id int PRIMARY KEY)");
                Path config = shop.configFile();
                String text = Files.readString(config)
                        .replaceFirst(
                                "database: .*",
                                Matcher.quoteReplacement("database: '"
                                        + database.replace("'", "''").replace("${", "$${") + "'"));
                Files.writeString(
                        config,
                        text + "  - table: 'public.my.ta+ble, (x)|y$ ü'\n    collection: " + shop.collection("odd")
                                + "\n    fields: { name: 'n.a+me ü' }\n");
                Service.Ended check = Service.command("check", "-c", config.toString());
                assertThat(check.code()).as(check.output()).isZero();
                try (Service service = Service.run(config)) {
                    service.awaitLine("the source is connected");
                    awaitName(shop, "1", "loaded");
                    statement.execute("INSERT INTO \"my.ta+ble, (x)|y$ ü\" VALUES (2, 'streamed')");
                    awaitName(shop, "2", "streamed");
                    service.terminate();
                    assertThat(service.awaitEnd().code()).isZero();
                }
                SlotIT.awaitNoReader(shop);
                statement.execute("SELECT pg_drop_replication_slot('" + shop.slot() + "')");
            }
            SERVER.execute("postgres", "DROP DATABASE " + quoted(database));
        }
    }

    private static void awaitName(Shop shop, String id, String name) {
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> assertThat(shop.documentOf("odd", id).path("name").asText())
                                .isEqualTo(name));
    }
}
