package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Typesense is away for a minute in the middle of a load, and the database ends sessions that wait: the load continues, and begins only
 * once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LoadOutageContract {

    private static final Logger log = LoggerFactory.getLogger(LoadOutageContract.class);
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("tidemark.fault.hang", 60));
    private static final int ROWS = 60_000;
    private static final String MANY = "SELECT id, name, n FROM many";

    private final SourceServer source;
    private final TypesenseServer typesense = TypesenseServer.start();

    LoadOutageContract(SourceServer source) {
        this.source = source;
    }

    @AfterAll
    void stop() {
        typesense.close();
        source.close();
    }

    /** Has the server end sessions that do nothing for seconds. */
    abstract void impatient(Shop shop);

    @Test
    @Tag("long")
    void typesenseThatHangs_delaysTheLoad_andNothingStartsOver() throws Exception {
        away(typesense::pause, typesense::resume);
    }

    @Test
    @Tag("long")
    void typesenseThatIsKilled_delaysTheLoad_andNothingStartsOver() throws Exception {
        away(typesense::kill, typesense::restart);
    }

    private void away(Runnable end, Runnable again) throws Exception {
        try (Shop shop = new Shop(source, typesense)) {
            shop.sql(
                    "CREATE TABLE many (id int PRIMARY KEY, name varchar(40), n int)",
                    "INSERT INTO many SELECT i, concat('row ', i), i FROM " + source.numbers(ROWS));
            impatient(shop);
            shop.document("many").with("flush: {interval: 50ms, documents: 500}");
            long before = source.rowsRead(shop.name(), "many");
            try (Service service = Service.run(shop.configFile())) {
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(5))
                        .ignoreExceptions()
                        .until(() -> load(service).path("rows").asLong() > ROWS / 10);
                end.run();
                long reached = load(service).path("rows").asLong();
                service.runFor(AWAY);
                assertThat(load(service).path("rows").asLong()).isLessThan(ROWS);
                again.run();
                await().atMost(Duration.ofMinutes(3))
                        .ignoreExceptions()
                        .until(() -> load(service).path("state").asText().equals("done"));
                long read = source.rowsRead(shop.name(), "many") - before;
                JsonNode load = load(service);
                log.warn(
                        "{} s away after {} of {} rows: {} were read, {} restarts",
                        AWAY.toSeconds(),
                        reached,
                        ROWS,
                        read,
                        load.path("restarts"));
                assertThat(service.output()).containsOnlyOnce("a load of").doesNotContain("the source failed");
                assertThat(load.path("restarts").asLong()).isZero();
                assertThat(load.path("rows").asLong()).isEqualTo(ROWS);
                assertThat(read).as("rows read, by the server").isLessThan(ROWS + ROWS / 10);
                shop.sql("UPDATE many SET n = -1 WHERE id = 1", "DELETE FROM many WHERE id = 2");
                shop.awaitEqual("many", MANY);
            }
        }
    }

    private static JsonNode load(Service service) throws Exception {
        return new ObjectMapper()
                .readTree(service.get("/api/status").body())
                .path("loads")
                .path(0);
    }
}
