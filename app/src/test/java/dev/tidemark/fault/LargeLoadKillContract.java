package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.state.DurableFile;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A load of many rows is killed five times: what is read twice are the chunks in flight. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
abstract class LargeLoadKillContract {

    private static final Logger log = LoggerFactory.getLogger(LargeLoadKillContract.class);
    private static final int ROWS = Integer.getInteger("tidemark.load.rows", 300_000);
    private static final int KILLS = 5;

    /** Rows of the chunks in flight: a quarter of the queue's bytes in chunks of 5,000 rows, one that is read and one that is written. */
    private static final int IN_FLIGHT = 6 * 5_000;

    private static final Pattern ID = Pattern.compile("\"id\":\"(\\d+)\"");

    private final SourceServer source;
    private final TypesenseServer typesense = TypesenseServer.start();

    LargeLoadKillContract(SourceServer source) {
        this.source = source;
    }

    @AfterAll
    void stop() {
        typesense.close();
        source.close();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES) // 5,000,000 rows on a busy machine
    void loadThatIsKilledFiveTimes_isComplete_andRepeatsTheChunksInFlight() throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            shop.sql(
                    "CREATE TABLE many (id int PRIMARY KEY, name varchar(40), n int)",
                    "INSERT INTO many SELECT i, concat('row ', i), i FROM " + source.numbers(ROWS));
            shop.document("many").with("queue: {bytes: 16MB}");
            long before = source.rowsRead(shop.name(), "many");
            long began = System.nanoTime();
            long durable = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                long least = (long) kill * ROWS / (KILLS + 1);
                try (Service service = Service.run(shop.configFile())) {
                    await().atMost(Duration.ofMinutes(15))
                            .pollInterval(Duration.ofMillis(5))
                            .failFast(() -> assertThat(service.isAlive())
                                    .as(service::output)
                                    .isTrue())
                            .until(() -> durable(shop) > least);
                    service.kill();
                    long reached = durable(shop);
                    log.warn("life {}: {} rows became durable, {} of {}", kill, reached - durable, reached, ROWS);
                    durable = reached;
                }
            }
            try (Service service = Service.run(shop.configFile())) {
                await().atMost(Duration.ofMinutes(5))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(state(service)).isEqualTo("streaming"));
                assertThat(rows(service)).as("the last life loads what is left").isEqualTo(ROWS - durable);
                long[] read = {0};
                await().during(Duration.ofSeconds(3))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> {
                            long now = source.rowsRead(shop.name(), "many") - before;
                            boolean same = now == read[0];
                            read[0] = now;
                            return same;
                        });
                log.warn(
                        "{} rows, killed {} times, {} s: {} rows were read, {} of them again; bound {}",
                        ROWS,
                        KILLS,
                        (System.nanoTime() - began) / 1_000_000_000,
                        read[0],
                        read[0] - ROWS,
                        KILLS * IN_FLIGHT);
                assertThat(read[0]).isBetween((long) ROWS, (long) ROWS + KILLS * IN_FLIGHT);
                assertComplete(shop);
            }
        }
    }

    /** Returns how many rows count, by the state directory. */
    private static long durable(Shop shop) throws Exception {
        Optional<String> loads = new DurableFile(shop.state().resolve("loads.json")).read();
        return loads.isEmpty()
                ? 0
                : new ObjectMapper().readTree(loads.get()).path(0).path("rows").asLong();
    }

    private static String state(Service service) throws Exception {
        JsonNode status = new ObjectMapper().readTree(service.get("/api/status").body());
        return status.path("state").asText();
    }

    /** Returns how many rows the process has loaded. */
    private static long rows(Service service) throws Exception {
        return service.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidemark_load_rows_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Each row has one document: as many, and the same ids in sum. The documents are more than fit into this process. */
    private void assertComplete(Shop shop) throws Exception {
        HttpRequest export = HttpRequest.newBuilder(
                        URI.create(typesense.uri() + "/collections/" + shop.collection("many") + "/documents/export"))
                .header("X-TYPESENSE-API-KEY", typesense.apiKey())
                .build();
        long[] found = {0, 0};
        HttpClient.newHttpClient()
                .send(export, HttpResponse.BodyHandlers.ofLines())
                .body()
                .forEach(line -> {
                    Matcher id = ID.matcher(line);
                    assertThat(id.find()).as(line).isTrue();
                    assertThat(line).contains("\"name\":\"row " + id.group(1) + "\"", "\"n\":" + id.group(1));
                    found[0]++;
                    found[1] += Long.parseLong(id.group(1));
                });
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*), sum(id) FROM many")) {
            rows.next();
            assertThat(found).containsExactly(rows.getLong(1), rows.getLong(2));
        }
    }
}
