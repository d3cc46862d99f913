package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.Commands;
import dev.tidemark.Commands.Ended;
import dev.tidemark.OwnerOnly;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.pipeline.Service;
import dev.tidemark.testkit.FreePorts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** What operators ask of a service, by its commands and so over its API, on real servers. */
abstract class AdminContract {

    private static final String COUNTS = "SELECT id, n FROM counts";

    private final int port = FreePorts.next();

    /** A first engine takes its time where the machine is busy. */
    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    /** A database of its own. */
    abstract Shop database() throws Exception;

    /** Divides {@code n} of every row of {@code counts} by 1000, and the log tells of no row. */
    abstract void divideUnseen(Shop shop) throws SQLException;

    final Shop open() throws Exception {
        Shop shop = database().with("http: {port: " + port + ", token: t0ken-of-sixteen}");
        shop.sql("CREATE TABLE counts (id int PRIMARY KEY, n bigint)", "INSERT INTO counts VALUES (1, 1)");
        return shop.document("counts", "fields: {n: {type: int32}}");
    }

    @Test
    void status_isTheHeadline_andWaitingEnds() throws Exception {
        try (Shop shop = open()) {
            Ended nobody = command(shop, "status", "--wait", "--timeout", "1s");
            assertThat(nobody.code()).isEqualTo(1);
            assertThat(nobody.err()).contains("does not answer");
            try (Service service = start(shop)) {
                Ended ready = command(shop, "status", "--wait");
                assertThat(ready.code()).as(ready.out() + ready.err()).isZero();
                assertThat(ready.out()).contains(": streaming", "lag", "source      connected", "typesense   answers");
                shop.sql("INSERT INTO counts VALUES (2, 3000000000)");
                await().untilAsserted(() -> assertThat(command(shop, "status").out())
                        .contains("streaming, 1 dead letters", "1 rejected", "dead-letters list"));
                assertThat(command(shop, "status", "--json").out()).startsWith("{\"pipeline\"");
                divideUnseen(shop);
                Ended read = command(shop, "snapshot", "--table", shop.table("counts"), "--wait");
                assertThat(read.code()).as(read.out() + read.err()).isZero();
                assertThat(read.out()).contains("was reloaded");
                assertThat(shop.documents("counts")).containsOnlyKeys("1", "2");
                assertThat(service.pipeline().isLive()).isTrue();
            }
        }
    }

    static Service start(Shop shop) throws Exception {
        Service service = new Service(shop.config());
        try {
            service.pipeline().start();
            return service;
        } catch (Exception e) {
            service.close(); // its port is for the next start
            throw e;
        }
    }

    static Ended command(Shop shop, String... words) throws Exception {
        String[] all = new String[words.length + 2];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "-c";
        all[words.length + 1] = shop.configFile().toString();
        return Commands.run(all);
    }

    private static void does(String out, Shop shop, String... words) throws Exception {
        Ended ended = command(shop, words);
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).contains(out);
    }

    @Test
    void status_hasEstimatesOfRows_countsOfDocuments_andOnePositionSpelledAlike() throws Exception {
        try (Shop shop = open()) {
            shop.sql("INSERT INTO counts SELECT id + 1, 1 FROM counts");
            try (Service service = start(shop)) {
                shop.awaitEqual("counts", COUNTS);
                await().untilAsserted(() -> {
                    PipelineStatus status = service.pipeline().status();
                    assertThat(status.state()).isEqualTo("streaming");
                    assertThat(status.collections().get(0).documents()).isEqualTo(2);
                    // Statistics: the database says neither when it counts nor that it counts exactly.
                    assertThat(status.tables().get(0).estimatedRows()).isBetween(0L, 4L);
                    assertThat(status.service().source())
                            .contains(":" + shop.config().source().settings().port());
                });
                shop.sql("UPDATE counts SET n = n + 1");
                shop.awaitEqual("counts", COUNTS);
                String form =
                        String.valueOf(service.pipeline().status().position()).startsWith("LSN ")
                                ? "LSN [0-9A-F]+/[0-9A-F]+"
                                : "\\S+\\.\\d{6}, position \\d+";
                assertThat(service.pipeline().status().position())
                        .matches("(?s)" + form + ".*"); // GTIDs of several servers have lines
                Ended traced = command(shop, "trace", "--json", "--table", shop.table("counts"), "--key", "1");
                assertThat(new ObjectMapper().readTree(traced.out()).findValuesAsText("position"))
                        .filteredOn(position -> !position.equals("null")) // what a load has written has none
                        .isNotEmpty()
                        .allSatisfy(position -> assertThat(position).matches(form));
            }
        }
    }

    @Test
    void pause_holdsWritesOverARestart_andNothingIsLost() throws Exception {
        try (Shop shop = open()) {
            try (Service service = start(shop)) {
                shop.awaitEqual("counts", COUNTS);
                Shop.awaitStreaming(service.pipeline()); // its offset is stored
                does("is paused", shop, "pause");
                shop.sql("INSERT INTO counts VALUES (2, 2)");
                await().until(() -> service.pipeline().status().queue().changes() > 0);
                assertThat(service.pipeline().status().state()).isEqualTo("paused");
                assertThat(service.pipeline().health().of(Health.Part.PAUSE)).isPresent();
                assertThat(service.registry().get("tidemark.paused").gauge().value())
                        .isEqualTo(1);
                assertThat(command(shop, "flush").err()).contains("paused", "resume");
                OwnerOnly.assertPrivate(shop.state(), "lock", "paused", "offsets.json", "tables.json");
            }
            try (Service service = start(shop)) {
                shop.sql("INSERT INTO counts VALUES (3, 3)");
                await().until(() -> service.pipeline().status().queue().changes() > 0);
                assertThat(service.pipeline().status().state()).isEqualTo("paused");
                assertThat(shop.documents("counts")).containsOnlyKeys("1");
                does("continues", shop, "resume");
                shop.awaitEqual("counts", COUNTS);
                assertThat(service.pipeline().health().of(Health.Part.PAUSE)).isEmpty();
                does("everything that was received is written", shop, "flush");
                does("{\"level\":\"debug\"}", shop, "log-level", "--json", "debug");
                does("info", shop, "log-level", "info");
            }
        }
    }

    @Test
    void replay_onARunningService_readsTheRowAgain() throws Exception {
        try (Shop shop = open()) {
            try (Service service = start(shop)) {
                shop.awaitEqual("counts", COUNTS);
                shop.sql("INSERT INTO counts VALUES (7, 7000000000), (8, 8000000000), (9, 9)");
                await().untilAsserted(() -> assertThat(shop.deadLetters("counts"))
                        .extracting(DeadLetter::id)
                        .containsExactly("7", "8"));

                Ended again = command(shop, "dead-letters", "replay", "--all");
                assertThat(again.code()).isEqualTo(1);
                assertThat(again.out()).contains("2 dead letters: 0 resolved, 2 rejected again");
                OwnerOnly.assertPrivate(shop.state(), "dead-letters");
                assertThat(shop.deadLetters("counts"))
                        .extracting(DeadLetter::attempts)
                        .containsExactly(2, 2);

                divideUnseen(shop);
                does("1 dead letters: 1 resolved", shop, "dead-letters", "replay", "7", "--error", "INT32");
                assertThat(shop.documentOf("counts", "7").path("n").asLong()).isEqualTo(7_000_000);
                does(
                        "1 dead letters: 1 discarded",
                        shop,
                        "dead-letters",
                        "discard",
                        "--yes",
                        "--collection",
                        shop.collection("counts"));
                assertThat(shop.deadLetters("counts")).isEmpty();
                assertThat(service.pipeline().status().collections().get(0).deadLetters())
                        .isZero();
                assertThat(command(shop, "dead-letters", "replay").code()).isEqualTo(2);
            }
        }
    }

    @Test
    void replay_onAStoppedService_writesByItself() throws Exception {
        try (Shop shop = open()) {
            shop.sql("INSERT INTO counts VALUES (7, 7000000000), (8, 8000000000)");
            try (Service service = start(shop)) {
                await().untilAsserted(
                                () -> assertThat(shop.deadLetters("counts")).hasSize(2));
                shop.sql("INSERT INTO counts VALUES (2, 2)");
                await().until(() -> shop.documents("counts").containsKey("2"));
                Shop.awaitHealthy(service.pipeline());
            }
            shop.sql("UPDATE counts SET n = 7 WHERE id = 7", "DELETE FROM counts WHERE id = 8");
            does("2 dead letters: 2 resolved", shop, "dead-letters", "replay", "--all");
            assertThat(shop.deadLetters("counts")).isEmpty();
            shop.assertEqual("counts", COUNTS);
            Ended away = command(shop, "pause");
            assertThat(away.code()).isEqualTo(1);
            assertThat(away.err()).contains("does not answer at http://127.0.0.1:" + port, "running");
            try (Service service = start(shop)) {
                shop.sql("UPDATE counts SET n = 70 WHERE id = 7");
                shop.awaitEqual("counts", COUNTS);
                Shop.awaitHealthy(service.pipeline());
            }
        }
    }

    /** The outcomes of a row's changes, from the oldest to the newest, as the API tells them. */
    private static List<String> outcomes(Shop shop, String table, String key) throws Exception {
        Ended ended = command(shop, "trace", "--json", "--table", shop.table(table), "--key", key);
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).doesNotContain("t0ken");
        // In a JVM's first test the service's log goes to the captured output as well; the caller then asks again.
        assertThat(ended.out()).startsWith("{").endsWith("}\n");
        List<String> outcomes = new ArrayList<>();
        for (JsonNode entry : new ObjectMapper().readTree(ended.out()).path("entries")) {
            assertThat(entry.path("position").asText()).isNotBlank();
            outcomes.add(entry.path("operation").asText() + " "
                    + entry.path("outcome").asText());
        }
        return outcomes;
    }

    private static void tells(Shop shop, String table, String key, String... expected) {
        await().untilAsserted(() -> assertThat(outcomes(shop, table, key)).containsExactly(expected));
    }

    @Test
    void trace_tellsTheWayOfARow() throws Exception {
        try (Shop shop = open()) {
            shop.sql("CREATE TABLE kept (id int PRIMARY KEY, n bigint)");
            shop.document("kept", "where: row.n != 5", "fields: {n: ~}");
            try (Service service = start(shop)) {
                shop.awaitEqual("counts", COUNTS);
                tells(shop, "counts", "1", "snapshot upserted");
                does("is paused", shop, "pause");
                shop.sql("INSERT INTO counts VALUES (2, 2)", "UPDATE counts SET n = 3 WHERE id = 2");
                tells(shop, "counts", "2", "insert queued", "update queued");
                does("continues", shop, "resume");
                tells(shop, "counts", "2", "insert replaced", "update upserted");
                shop.sql("DELETE FROM counts WHERE id = 2");
                tells(shop, "counts", "2", "insert replaced", "update upserted", "delete deleted");

                shop.sql("INSERT INTO counts VALUES (7, 7000000000)");
                tells(shop, "counts", "7", "insert dead_letter");
                Ended words = command(shop, "trace", "--table", shop.table("counts"), "--key", "7");
                assertThat(words.out()).contains("/7", "dead letter", "7000000000", "in batch", "all changes since");
                command(shop, "dead-letters", "replay", "--all");
                tells(shop, "counts", "7", "insert dead_letter", "replay dead_letter");

                shop.sql("INSERT INTO kept VALUES (1, 5), (2, 6)");
                tells(shop, "kept", "1", "insert deleted");
                tells(shop, "kept", "2", "insert upserted");
                does("'where' or 'softDelete'", shop, "trace", "--table", shop.table("kept"), "--key", "1");
                does("nothing is held", shop, "trace", "--table", shop.table("kept"), "--key", "9");
                Ended unknown = command(shop, "trace", "--table", "no.such", "--key", "1");
                assertThat(unknown.code()).isEqualTo(1);
                assertThat(unknown.err()).contains("no document comes from rows of 'no.such'", shop.table("kept"));
                Shop.awaitHealthy(service.pipeline());
            }
        }
    }
}
