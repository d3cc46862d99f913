package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An old copy of the server's data directory is put back, and other transactions pass the old position: never ready with a difference. */
abstract class PutBackContract {

    private static final String ROWS = "SELECT id, name FROM products";

    abstract SourceServer start();

    abstract void stop(SourceServer server);

    abstract void save(SourceServer server, Path copy);

    abstract void putBack(SourceServer server, Path copy);

    /** The service runs while the copy is put back. */
    @Test
    void underARunningService_isHeld_overKillAndRestart_andEndsWithApproval() throws Exception {
        try (SourceServer server = start();
                Shop shop = new Shop(server, TypesenseServer.shared())) {
            Path copy = shop.directory().resolve("copy");
            prepare(shop);
            try (Service service = Service.run(shop.configFile())) {
                shop.awaitEqual("products", ROWS);
                goAhead(shop, server, copy);
                shop.awaitEqual("products", ROWS);
                forked(shop, server, copy, 10);
                service.awaitLine("WARN", "was put back in time", "tidemark approve -c FILE history-1");
                forkOn(shop, 250);
                await().pollDelay(Duration.ofSeconds(4)).until(() -> !isReady(service));
                assertThat(shop.size("products")).isEqualTo(3_100);
                service.kill();
            }
            heldUntilApproved(shop);
        }
    }

    /** Nobody looked before the old position was passed, and the process was away meanwhile. */
    @Test
    void whileStopped_andPassedUnseen_isHeld() throws Exception {
        try (SourceServer server = start();
                Shop shop = new Shop(server, TypesenseServer.shared())) {
            Path copy = shop.directory().resolve("copy");
            prepare(shop);
            try (Service service = Service.run(shop.configFile())) {
                shop.awaitEqual("products", ROWS);
                goAhead(shop, server, copy);
                shop.awaitEqual("products", ROWS);
                service.runFor(Duration.ofSeconds(4)); // as far as the server was is recorded every three
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            forked(shop, server, copy, 10);
            forkOn(shop, 250);
            shop.sql("INSERT INTO products SELECT i + 500000, repeat('p', 60) FROM " + server.numbers(9_000));
            heldUntilApproved(shop);
        }
    }

    private static void prepare(Shop shop) {
        shop.sql(
                "CREATE TABLE products (id int PRIMARY KEY, name varchar(80))",
                "INSERT INTO products SELECT i, 'first' FROM " + shop.source().numbers(100));
        shop.document("products").with("guard: {percent: 10}").with("http: {port: " + FreePorts.next() + "}");
    }

    private void goAhead(Shop shop, SourceServer server, Path copy) {
        stop(server);
        save(server, copy);
        server.startAgain();
        shop.sql("INSERT INTO products SELECT i + 1000, 'old history' FROM " + server.numbers(3_000));
    }

    private void forked(Shop shop, SourceServer server, Path copy, int rows) {
        stop(server);
        putBack(server, copy);
        server.startAgain();
        shop.sql("INSERT INTO products SELECT i + 100000, 'new history' FROM " + server.numbers(rows));
    }

    private static void forkOn(Shop shop, int transactions) {
        for (int i = 0; i < transactions; i++) {
            shop.sql("INSERT INTO products VALUES (" + (200_000 + i) + ", repeat('n', 80))");
        }
    }

    private static boolean isReady(Service service) throws Exception {
        return service.get("/health/ready").statusCode() == 200;
    }

    private static void heldUntilApproved(Shop shop) throws Exception {
        for (String command : List.of("run", "check", "run")) {
            Service.Ended ended =
                    Service.command(command, "-c", shop.configFile().toString());
            assertThat(ended.output()).contains("put back in time").doesNotContain("\tat ");
            assertThat(ended.code()).as(command).isEqualTo(2);
        }
        assertThat(shop.size("products")).isEqualTo(3_100);
        assertThat(Approvals.open(shop.state()).pending())
                .extracting(Approval::id)
                .containsExactly("history-1");
        approve(shop, "history-1");
        try (Service service = Service.run(shop.configFile())) {
            service.awaitLine("initial load is complete");
            approveWhatTheSweepHolds(shop);
            shop.awaitEqual("products", ROWS);
            shop.sql("INSERT INTO products VALUES (900000, 'streamed')");
            shop.awaitEqual("products", ROWS);
            service.terminate();
            assertThat(service.awaitEnd().code()).isZero();
        }
    }

    /** Most documents are of rows that the new history does not have. */
    private static void approveWhatTheSweepHolds(Shop shop) throws Exception {
        await().until(() -> !Approvals.open(shop.state()).pending().isEmpty());
        for (Approval each : Approvals.open(shop.state()).pending()) {
            assertThat(each.reason()).isEqualTo("row_not_found");
            approve(shop, each.id());
        }
    }

    private static void approve(Shop shop, String id) throws Exception {
        Service.Ended approved =
                Service.command("approve", "-c", shop.configFile().toString(), id);
        assertThat(approved.code()).as(approved.output()).isZero();
    }
}
