package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.FreePorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code kill -9} in the middle of a table that is read again, under load: in the end every row equals its document, those that were
 * damaged by hand and that no change touches among them. Nothing but what the state directory remembers makes the next process fix them.
 */
abstract class TableSnapshotKillContract {

    private static final Logger log = LoggerFactory.getLogger(TableSnapshotKillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 1);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());
    private static final int ROWS = 12_000;
    private static final Pattern RESUMED =
            Pattern.compile("the load of \\S*products that was requested at \\S+ continues after \\d+ rows");

    /** Above what the load's statements choose from. */
    private static final int FIRST = 1_000_000;

    private final Random random = new Random(SEED);

    /** A database of its own. */
    abstract Shop database() throws Exception;

    @Test
    void killedWhileATableIsRead_goesOn_andAllRowsEqualTheirDocuments() throws Exception {
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
        try (Shop shop = database()) {
            Load load = Load.on(shop, SEED);
            shop.sql("INSERT INTO products (id, name) SELECT " + FIRST + " + i, 'untouched' FROM "
                    + shop.source().numbers(ROWS));
            shop.with("http: {port: " + FreePorts.next() + "}").with("flush: {interval: 50ms, documents: 200}");
            Service service = Service.run(shop.configFile());
            try {
                for (int round = 1; round <= ROUNDS; round++) {
                    await().atMost(Duration.ofSeconds(90))
                            .ignoreExceptions()
                            .until(() -> status(shop).path("state").asText().equals("streaming"));
                    damage(shop);
                    load.start();
                    ask(shop, "products");
                    ask(shop, "orders");
                    long rows = random.nextInt(ROWS / 2); // what is left takes longer than to see it and to kill
                    Service reading = service;
                    await().atMost(Duration.ofSeconds(120))
                            .pollInterval(Duration.ofMillis(5))
                            .untilAsserted(
                                    () -> assertThat(snapshot(shop).path("rows").asLong())
                                            .as(reading::output)
                                            .isGreaterThan(rows));
                    service.kill();
                    assertThat(shop.state().resolve("loads.json")).exists();
                    service = Service.run(shop.configFile());
                    service.runFor(Duration.ofMillis(200 + random.nextInt(3000)));
                    load.stop();
                    int equal = load.awaitEqual(service);
                    await().atMost(Duration.ofSeconds(180))
                            .until(() -> snapshot(shop).path("state").asText().equals("done"));
                    // Its own line: DDL of the load may have had the table reloaded once more since, which resumes
                    // nothing.
                    assertThat(service.output()).containsPattern(RESUMED);
                    assertThat(load.awaitEqual(service))
                            .as("also after the sweep")
                            .isPositive();
                    log.warn("round {}: killed after {} rows, {} documents equal", round, rows, equal);
                }
            } finally {
                service.close();
            }
        }
    }

    private static JsonNode status(Shop shop) throws Exception {
        return AdminClient.connect(shop.config()).get("/api/status");
    }

    /** That of the products; a statement of the load can have had another table read before. */
    private static JsonNode snapshot(Shop shop) throws Exception {
        String products = shop.source().qualified(shop.name(), "products");
        for (JsonNode snapshot : status(shop).path("tableSnapshots")) {
            if (snapshot.path("table").asText().equals(products)) {
                return snapshot;
            }
        }
        return MissingNode.getInstance();
    }

    private static void ask(Shop shop, String table) throws Exception {
        AdminClient.connect(shop.config())
                .post(
                        "/api/snapshot",
                        new ObjectMapper()
                                .createObjectNode()
                                .put("table", shop.source().qualified(shop.name(), table)));
    }

    /** Documents of rows that no change touches are gone, or say something else, and there are some of no row. */
    private void damage(Shop shop) {
        String path = "/collections/" + shop.collection("products") + "/documents/";
        List<String> wrong = new ArrayList<>();
        random.ints(FIRST + 1, FIRST + 1 + ROWS)
                .distinct()
                .limit(40)
                .forEach(id -> shop.typesense().admin().delete(path + id));
        for (int i = 0; i < 40; i++) {
            wrong.add("{\"id\": \"" + (FIRST + 1 + random.nextInt(ROWS)) + "\", \"name\": \"altered\"}");
            wrong.add("{\"id\": \"" + (3 * FIRST + random.nextInt(ROWS)) + "\", \"name\": \"of no row\"}");
        }
        shop.typesense().admin().upsert(shop.collection("products"), wrong);
    }
}
