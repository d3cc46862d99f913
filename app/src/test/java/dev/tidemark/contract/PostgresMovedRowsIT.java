package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.health.PipelineStatus;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.pipeline.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Rows that Postgres moves without a change of rows in the log: their table is in doubt, and is loaded again. Others are not. */
class PostgresMovedRowsIT {

    private static final String EVENTS = "SELECT id, day, note, m::text AS m FROM events";
    private static final String PLAIN = "SELECT id, price FROM plain";

    private static Shop shop() throws IOException {
        Shop shop = Shop.onSharedServers();
        shop.sql(
                "CREATE TYPE mood AS ENUM ('fine', 'bad')",
                "CREATE TABLE events (id int PRIMARY KEY, day int, note text, m mood) PARTITION BY RANGE (id)",
                "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200)",
                "INSERT INTO events SELECT i, i % 7, 'first', 'fine' FROM generate_series(50, 149) i",
                "CREATE TABLE plain (id int PRIMARY KEY, price int)",
                "INSERT INTO plain SELECT i, i FROM generate_series(1, 50) i");
        return shop.document("events").document("plain");
    }

    private static void awaitEqual(Shop shop) {
        shop.awaitEqual("events", EVENTS);
        shop.awaitEqual("plain", PLAIN);
    }

    private static Path catalog(Shop shop) {
        return shop.state().resolve("catalog.json");
    }

    private static List<Loads.Progress> automatic(Pipeline pipeline) {
        return Objects.requireNonNull(pipeline.operations()).snapshots().progress().stream()
                .filter(load -> load.cause() == Load.Cause.AUTOMATIC)
                .toList();
    }

    /** Waits until the doubt of the table has come and gone, and documents equal rows. */
    private static void awaitReloaded(Pipeline pipeline, Shop shop, String table, int loads) {
        await().ignoreExceptions()
                .until(() ->
                        Files.readString(shop.state().resolve("doubts.json")).split("\"time\"", -1).length
                                == loads + 1);
        awaitEqual(shop);
        Shop.awaitStreaming(pipeline);
        assertThat(automatic(pipeline))
                .anySatisfy(load -> assertThat(load.table()).hasToString(shop.table(table)));
        Shop.awaitHealthy(pipeline);
        assertThat(pipeline.health().doubts()).isEmpty();
    }

    @Test
    void movedRows_areLoaded_whileTheServiceStaysReady() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            awaitEqual(shop);
            Shop.awaitStreaming(pipeline);
            shop.sql(
                    "CREATE TABLE loaded (LIKE events INCLUDING ALL)",
                    "INSERT INTO loaded SELECT i, 1, 'loaded', 'bad' FROM generate_series(200, 299) i",
                    "ALTER TABLE events ATTACH PARTITION loaded FOR VALUES FROM (200) TO (300)",
                    "UPDATE events SET note = 'changed' WHERE id = 210");
            awaitReloaded(pipeline, shop, "events", 1);
            shop.sql("ALTER TYPE mood RENAME VALUE 'fine' TO 'good'");
            awaitReloaded(pipeline, shop, "events", 2);
            shop.sql("ALTER TABLE plain ALTER COLUMN price TYPE int USING price * 2");
            awaitReloaded(pipeline, shop, "plain", 3);
            assertThat(shop.count("tidemark.source.restarts")).isZero();
        }
    }

    /** What happens while it is stopped, or before a crash could record it, is found by the next one. */
    @Test
    void rowsThatLeft_whileStopped_areFoundAtTheStart_andTheNextDoubtWaits() throws Exception {
        try (Shop shop = shop()) {
            try (Pipeline pipeline = shop.start()) {
                awaitEqual(shop);
                Shop.awaitStreaming(pipeline);
                await().until(() -> Files.readString(catalog(shop)).contains("filled public.events_1"));
            }
            shop.sql("ALTER TABLE events DETACH PARTITION events_1");
            try (Pipeline again = shop.start()) {
                awaitReloaded(again, shop, "events", 1);
                assertThat(shop.size("events")).isEqualTo(50);
                shop.sql("DROP TABLE events_2");
                await().untilAsserted(() -> assertThat(again.status().doubts())
                        .singleElement()
                        .satisfies(doubt -> {
                            assertThat(doubt.table()).isEqualTo("public.events");
                            assertThat(doubt.reason()).isEqualTo("partition");
                            assertThat(doubt.evidence()).contains("public.events_2 was detached or dropped with rows");
                            assertThat(doubt.state()).isEqualTo("waiting"); // a minute after the load before
                            assertThat(doubt.loads()).isEqualTo(1);
                        }));
                assertThat(again.status().state()).isEqualTo("resyncing");
                Shop.awaitHealthy(again);
                assertThat(shop.registry()
                                .get("tidemark.doubts")
                                .tags("table", "public.events", "reason", "partition")
                                .gauge()
                                .value())
                        .isEqualTo(1);
            }
            try (Pipeline third = shop.start()) {
                assertThat(third.status().doubts())
                        .extracting(PipelineStatus.Doubt::reason)
                        .containsExactly("partition");
            }
        }
    }

    private static void awaitCompared(Shop shop, Callable<?> statements) throws Exception {
        String before = Files.readString(catalog(shop));
        statements.call();
        await().until(() -> !Files.readString(catalog(shop)).equals(before));
    }

    @Test
    void whatMovesNoRow_leadsToNoLoad() throws Exception {
        try (Shop shop = shop();
                Pipeline pipeline = shop.start()) {
            awaitEqual(shop);
            Shop.awaitStreaming(pipeline);
            await().until(() -> Files.readString(catalog(shop)).contains("filled public.plain"));
            for (List<String> statements : List.of(
                    List.of("VACUUM FULL events", "VACUUM FULL plain"),
                    List.of("CLUSTER plain USING plain_pkey"),
                    List.of("TRUNCATE plain", "INSERT INTO plain SELECT i, -i FROM generate_series(1, 5000) i"),
                    List.of("ALTER TYPE mood ADD VALUE 'better'"),
                    List.of(
                            "CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM (300) TO (400)",
                            "INSERT INTO events SELECT i, 1, 'streamed', 'better' FROM generate_series(300, 399) i"),
                    List.of(
                            "CREATE TABLE late (LIKE events INCLUDING ALL)",
                            "ALTER TABLE events ATTACH PARTITION late FOR VALUES FROM (400) TO (500)"),
                    List.of("ALTER TABLE events DETACH PARTITION late"))) {
                awaitCompared(shop, () -> {
                    shop.sql(statements.toArray(String[]::new));
                    return null;
                });
                awaitEqual(shop);
                assertThat(automatic(pipeline)).as(statements.toString()).isEmpty();
                assertThat(pipeline.status().doubts()).as(statements.toString()).isEmpty();
            }
            assertThat(shop.state().resolve("doubts.json")).doesNotExist();
        }
    }
}
