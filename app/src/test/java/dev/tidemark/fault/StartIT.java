package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can heal is waited for, what cannot is refused in a line, and a stop is a stop. */
class StartIT {

    private static PostgresServer postgres;
    private static TypesenseServer typesense;

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start();
        typesense = TypesenseServer.start();
    }

    @AfterAll
    static void stop() {
        typesense.close();
        postgres.close();
    }

    @Test
    void serversDownAtStart_areWaitedFor() throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            Load load = Load.on(shop, 6);
            typesense.kill();
            postgres.stop();
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("connection", "(waiting)");
                postgres.startAgain();
                service.awaitLine("typesense", "(waiting)");
                typesense.restart();
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    /** A probe that gets no answer would end a service that only waits. */
    @Test
    void tablesOfAPattern_areWaitedFor_andThePagesTellSo() throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            shop.sql("CREATE TABLE orders_1 (id int PRIMARY KEY, n int)", "INSERT INTO orders_1 VALUES (1, 1), (2, 2)");
            shop.documentsOf("orders_\\d+", "orders");
            postgres.stop();
            try (Service stopped = Service.run(shop.configFile())) {
                stopped.awaitLine("waiting for the tables that patterns match");
                stopped.terminate();
                assertThat(stopped.awaitEnd().code()).isZero();
            }
            try (Service service = Service.run(shop.configFile())) {
                service.awaitLine("waiting for the tables that patterns match");
                assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
                HttpResponse<String> ready = service.get("/health/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body()).contains("waiting for the tables that patterns match", "connection");
                assertThat(service.get("/metrics").body()).contains("tidemark_source_connected{pipeline");
                assertThat(service.get("/api/status").body()).contains("\"starting\"");
                assertThat(service.get("/").body()).contains("<html");
                postgres.startAgain();
                await().atMost(Duration.ofSeconds(90))
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .untilAsserted(() -> {
                            service.runFor(Duration.ZERO);
                            assertThat(service.get("/health/ready").statusCode())
                                    .as(service.output())
                                    .isEqualTo(200);
                        });
                shop.awaitEqual("orders", "SELECT id, n FROM orders_1");
                await().untilAsserted(() -> assertThat(service.get("/metrics").body())
                        .containsPattern("tidemark_changes_total.*orders_1.* 2"));
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    @Test
    void wrongSecrets_areRefusedInALine() throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            Load.on(shop, 7);
            assertRejected(with(shop, typesense.apiKey(), "wrong-key-4711"), "typesense", "wrong-key-4711");
            assertRejected(with(shop, postgres.password(), "wrong-password-4711"), "password", "wrong-password-4711");
        }
    }

    private static void assertRejected(Path file, String names, String secret) {
        Service.Ended ended = Service.command("run", "-c", file.toString());
        assertThat(ended.output())
                .containsIgnoringCase(names)
                .doesNotContain("\tat ", secret, typesense.apiKey(), postgres.password());
        assertThat(ended.output().lines().filter(line -> !line.contains(" INFO ")))
                .hasSize(1);
        assertThat(ended.code()).isEqualTo(2);
    }

    private static Path with(Shop shop, String right, String wrong) throws IOException {
        return Files.writeString(
                shop.directory().resolve("wrong.yml"),
                Files.readString(shop.configFile()).replace(right, wrong));
    }

    @Test
    void damagedOffsets_areRefused() throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            Load load = Load.on(shop, 8);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("initial load is complete");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            Path offsets = shop.state().resolve("offsets.json");
            String good = Files.readString(offsets);
            for (String bad : new String[] {"", good.substring(0, good.length() / 2), good.replace("lsn", "lsm")}) {
                Files.writeString(offsets, bad);
                Service.Ended ended =
                        Service.command("run", "-c", shop.configFile().toString());
                assertThat(ended.output()).contains("offsets.json").doesNotContain("\tat ");
                assertThat(ended.code()).isEqualTo(2);
            }
        }
    }

    @Test
    void termination_withAFullQueueAndAHangingTypesense_losesNothing() throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            Load load = Load.on(shop, 9);
            shop.with("queue: {changes: 1000}");
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                typesense.pause();
                shop.sql(
                        "UPDATE products SET name = 'x' || name, price = 1",
                        "INSERT INTO products SELECT i, 'p', 1, NULL FROM generate_series(100000, 120000) i");
                service.awaitLine("WARN", "no complete answer");
                long began = System.nanoTime();
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
                // A flush may take 8 s of it; docs/reference/commands.md has the service manager give it 20.
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
                typesense.resume();
            }
            try (Service again = Service.run(shop.configFile())) {
                load.awaitEqual(again);
                load.start();
                again.runFor(Duration.ofSeconds(2));
                again.terminate();
                assertThat(again.awaitEnd().code()).isZero();
                load.stop();
            }
            try (Service last = Service.run(shop.configFile())) {
                load.awaitEqual(last);
            }
        } finally {
            typesense.resume();
        }
    }

    /** A limit on file sizes (RLIMIT_FSIZE, set from outside while it runs) is what root too cannot write beyond. */
    @Test
    void stateThatCannotBeWritten_pausesAndGoesOn() throws Exception {
        try (Shop shop = new Shop(postgres, typesense)) {
            Load load = Load.on(shop, 10);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("initial load is complete");
                shop.sql("UPDATE products SET name = 'streamed' WHERE id = 1");
                load.awaitEqual(service); // the engine has handed something over
                limitFiles(service, "10");
                shop.sql("UPDATE products SET name = 'first' WHERE id < 100");
                service.awaitLine("the offset could not be written", "state directory");
                shop.sql("UPDATE products SET name = 'second' WHERE id < 50");
                service.runFor(Duration.ofSeconds(2));
                limitFiles(service, "unlimited");
                load.awaitEqual(service);
                service.awaitLine("offsets is healthy again");
                service.kill();
            }
            shop.sql("DELETE FROM products WHERE id < 20");
            try (Service again = Service.run(shop.configFile())) {
                load.awaitEqual(again);
            }
        }
    }

    private static void limitFiles(Service service, String bytes) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", "" + service.pid(), "--fsize=" + bytes + ":unlimited")
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }
}
