package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A schema history that is larger than the heap, of a staging table that is made and dropped every minute. */
@Tag("long")
class LongHistoryIT {

    private static final long BYTES = Long.getLong("tidemark.history.bytes", 200L << 20);
    private static final String PRODUCTS = "SELECT * FROM products";

    @Test
    void historyLargerThanTheHeap_isReadAndCompacted_andSaysTheSameAfterwards() throws Exception {
        try (Shop shop = new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared())) {
            shop.sql(
                    "CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(50))",
                    "INSERT INTO products VALUES (1, 'a')");
            shop.document("products");
            String columns = IntStream.range(0, 20)
                    .mapToObj(i -> "c" + i + " VARCHAR(50)")
                    .collect(Collectors.joining(", "));
            try (Service service = Service.run(shop.configFile())) {
                awaitEqual(shop, service);
                shop.sql(
                        "ALTER TABLE products ADD COLUMN kind ENUM('x', 'y')",
                        "CREATE TABLE staging_1 (id INT PRIMARY KEY, " + columns + ")",
                        "DROP TABLE staging_1",
                        "INSERT INTO products VALUES (2, 'b', 'x')");
                awaitEqual(shop, service);
                awaitStored(shop);
                service.terminate();
                service.awaitEnd();
            }
            Path history = shop.state().resolve("schema-history.jsonl");
            grow(history);
            assertThat(Service.command("check", "-c", shop.configFile().toString())
                            .output())
                    .contains("statements in " + history);
            // The last columns of a table are told by what comes after the compaction.
            for (int round = 3; round < 5; round++) {
                try (Service service = Service.run(shop.configFile())) {
                    shop.sql("INSERT INTO products (id, name, kind) VALUES (" + 10 * round + ", 'c', 'x')");
                    awaitEqual(shop, service);
                    assertThat(Files.size(history)).as(service.output()).isLessThan(1 << 20);
                    shop.sql(
                            "ALTER TABLE products ADD COLUMN n" + round + " INT FIRST",
                            "INSERT INTO products (id, name, n" + round + ") VALUES (" + round + ", 'd', 7)");
                    awaitEqual(shop, service);
                    service.kill();
                }
            }
        }
    }

    /** The stored offset is behind all statements: they are not read again from the binlog. */
    private static void awaitStored(Shop shop) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement();
                    // A server of several UUIDs puts each on a line of its own.
                    ResultSet row = statement.executeQuery("SELECT REPLACE(@@gtid_executed, '\n', '')")) {
                row.next();
                return Files.readString(shop.state().resolve("offsets.json")).contains(row.getString(1));
            }
        });
    }

    private static void awaitEqual(Shop shop, Service service) {
        await().atMost(Duration.ofSeconds(240))
                .pollInterval(Duration.ofMillis(100))
                .failFast(() -> !service.isAlive())
                .ignoreExceptions()
                .untilAsserted(() -> shop.assertEqual("products", PRODUCTS));
    }

    /** Puts the statements of the staging table in front of the last ones, many times. */
    private static void grow(Path history) throws IOException {
        List<String> staging = Files.readAllLines(history).stream()
                .filter(line -> line.contains("staging_1"))
                .map(line -> line.substring(9))
                .toList();
        assertThat(staging).hasSize(2);
        long bytes = Files.size(history);
        try (BufferedWriter out = Files.newBufferedWriter(history, StandardCharsets.UTF_8, StandardOpenOption.APPEND)) {
            for (int i = 2; bytes < BYTES; i++) {
                for (String statement : staging) {
                    String line = statement.replace("staging_1", "staging_" + i);
                    CRC32 crc = new CRC32();
                    crc.update(line.getBytes(StandardCharsets.UTF_8));
                    out.write(String.format("%08x %s%n", crc.getValue(), line));
                    bytes += line.length() + 10;
                }
            }
        }
    }
}
