package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.admin.Operations;
import dev.tidemark.approval.Approval;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.pipeline.Service;
import dev.tidemark.startup.StartupException;
import dev.tidemark.testkit.FreePorts;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nothing is deleted because it was not found, beyond the limit, without approval (invariant 9); on real servers of both kinds. */
abstract class GuardContract extends ShopContract {

    private static final String ITEMS = "SELECT concat(id, '') AS id, tenant, n FROM items";
    private static final String LIMIT = "guard: { documents: 20, percent: 10 }";

    /** All rows of {@code items} go, and the log tells nothing of it: as after an empty restore. */
    abstract void loseRows(Shop shop) throws Exception;

    private Shop items(int rows) throws Exception {
        Shop shop = open().with(LIMIT);
        shop.sql("CREATE TABLE items (id int PRIMARY KEY, tenant varchar(10), n int NOT NULL)");
        shop.sql(server().tellRowsBefore("items"));
        if (rows > 0) {
            shop.sql("INSERT INTO items SELECT i, 'a', i FROM " + numbers(rows));
        }
        return shop;
    }

    private static Commands.Ended command(Shop shop, String... words) throws Exception {
        String[] all = java.util.Arrays.copyOf(words, words.length + 2);
        all[words.length] = "-c";
        all[words.length + 1] = shop.configFile().toString();
        return Commands.run(all);
    }

    private static PipelineStatus.Approval awaitHeld(Pipeline pipeline) {
        await().until(() -> pipeline.status().approvals().size() == 1);
        return pipeline.status().approvals().get(0);
    }

    private static void awaitDecided(Pipeline pipeline) {
        await().until(() ->
                Objects.requireNonNull(pipeline.operations()).approvals().all().isEmpty());
    }

    @Test
    void tableThatReadsEmpty_deletesNothing_untilTheListIsApproved() throws Exception {
        int port = FreePorts.next();
        try (Shop shop = items(2_000).with("http: {port: " + port + "}").document("items")) {
            try (Service service = new Service(shop.config())) {
                Pipeline pipeline = service.pipeline();
                pipeline.start();
                shop.awaitEqual("items", ITEMS);
                Shop.awaitStreaming(pipeline); // else the load would read the table
                loseRows(shop);
                assertThat(command(shop, "snapshot", "--table", shop.table("items"))
                                .code())
                        .isZero();
                PipelineStatus.Approval held = awaitHeld(pipeline);
                assertThat(held.count()).isEqualTo(2_000);
                assertThat(held.examples()).hasSize(20);
                await().until(() -> pipeline.status().state().equals("waiting_for_approval"));
                assertThat(pipeline.health().conditions()).as("ready").isEmpty();
                assertThat(pipeline.health().notices())
                        .singleElement()
                        .satisfies(notice -> assertThat(notice.message()).contains("2000 of 2000 documents"));
                assertThat(shop.documents("items")).hasSize(2_000);
                shop.sql("INSERT INTO items VALUES (7, 'b', 70), (9001, 'b', 1)"); // changes continue
                await().until(() -> shop.documents("items").size() == 2_001);
            }
            try (Service service = new Service(shop.config())) {
                service.pipeline().start();
                PipelineStatus.Approval held = awaitHeld(service.pipeline());
                assertThat(command(shop, "approve").out()).contains(held.id(), "2000 of 2000");
                assertThat(command(shop, "approve", "row-not-found-99").code()).isEqualTo(ExitCode.REJECTED);
                Commands.Ended approved = command(shop, "approve", held.id());
                assertThat(approved.code()).as(approved.err()).isZero();
                shop.awaitEqual("items", ITEMS);
                awaitDecided(service.pipeline());
                assertThat(shop.documents("items")).hasSize(2);
            }
        }
    }

    @Test
    void collectionOfOthers_isLeftAlone_untilItIsAdopted_andEvenThenHeld() throws Exception {
        try (Shop shop = items(0)) {
            shop.typesense()
                    .admin()
                    .post(
                            "/collections",
                            "{\"name\":\"" + shop.collection("items")
                                    + "\",\"fields\":[{\"name\":\"tenant\",\"type\":\"string\",\"optional\":true},"
                                    + "{\"name\":\"n\",\"type\":\"int32\"}]}");
            List<String> foreign = IntStream.range(0, 1_000)
                    .mapToObj(i -> "{\"id\":\"" + i + "\",\"n\":" + i + "}")
                    .toList();
            shop.typesense().admin().upsert(shop.collection("items"), foreign);
            shop.document("items");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("1000 documents")
                    .hasMessageContaining("adopt: true");
            Commands.Ended check = command(shop, "check");
            assertThat(check.code()).isEqualTo(ExitCode.REJECTED);
            assertThat(check.out()).contains("adopt: true");
            assertThat(command(shop, "plan").out()).contains("adopt: true");

            shop.withoutDocuments().document("items", "adopt: true");
            try (Pipeline pipeline = shop.start()) {
                assertThat(awaitHeld(pipeline).count()).isEqualTo(1_000);
            }
            assertThat(shop.documents("items")).hasSize(1_000);
            Commands.Ended listed = command(shop, "approve", "--json");
            String id = listed.out().replaceAll("(?s).*\"id\":\"([^\"]*)\".*", "$1");
            assertThat(command(shop, "approve", id, "--abandon").code()).isZero();
            shop.withoutDocuments().document("items"); // ours from now on
            try (Pipeline pipeline = shop.start()) {
                awaitDecided(pipeline);
                shop.sql("INSERT INTO items VALUES (5000, 'a', 1)");
                await().until(() -> shop.documents("items").size() == 1_001);
            }
            Files.delete(shop.state().resolve("written-collections.json")); // as an earlier version left it
            shop.start().close();
        }
    }

    @Test
    void joinedDocumentsOfRootsThatAreNotFound_stay_untilThatIsApproved() throws Exception {
        try (Shop shop = items(100)) {
            shop.sql("CREATE TABLE notes (id int PRIMARY KEY, item int NOT NULL, text varchar(20))");
            shop.sql(server().tellRowsBefore("notes"));
            shop.sql("INSERT INTO notes SELECT i, i, 'first' FROM " + numbers(100));
            shop.document(
                    "items",
                    "query: \"SELECT i.id, i.n, o.text FROM items i JOIN notes o ON o.item = i.id WHERE i.id IN (:ids)\"",
                    "dependsOn: [ { table: " + shop.table("notes") + ", ids: \":item\" } ]");
            String joined = "SELECT concat(i.id, '') AS id, i.n, o.text FROM items i JOIN notes o ON o.item = i.id";
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", joined);
                shop.sql("DELETE FROM notes WHERE id > 60"); // their roots are there: no match, no document
                shop.awaitEqual("items", joined);
                loseRows(shop);
                Operations operations = Objects.requireNonNull(pipeline.operations());
                operations.pause(
                        Duration.ofSeconds(60)); // what comes in several batches is decided on in several lists
                shop.sql("UPDATE notes SET text = 'second'");
                await().until(() -> pipeline.status().queue().changes() >= 60);
                operations.resume();
                await().until(
                                () -> {
                                    shop.sql(
                                            "INSERT INTO items SELECT coalesce(max(id), 5000) + 1, 'a', 1 FROM items"); // the log continues
                                    return !pipeline.status().approvals().isEmpty();
                                });
                assertThat(shop.documents("items")).hasSize(60);
                operations.approvals().decide(awaitHeld(pipeline).id(), Approval.Verdict.APPROVED);
                await().until(() -> shop.documents("items").isEmpty());
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void whatTheLogOrTheRowsTell_isNeverHeld() throws Exception {
        try (Shop shop = items(10_000).document("items")) {
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", ITEMS);
                shop.sql("DELETE FROM items WHERE id % 10 < 3");
                shop.awaitEqual("items", ITEMS);
                assertThat(pipeline.status().approvals()).isEmpty();
            }
            shop.withoutDocuments().document("items", "where: row.n % 10 >= 6");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", ITEMS + " WHERE n % 10 >= 6");
                Shop.awaitStreaming(pipeline);
                assertThat(pipeline.status().approvals()).isEmpty();
                shop.sql("TRUNCATE TABLE items");
                shop.awaitEqual("items", ITEMS);
                assertThat(pipeline.status().approvals()).isEmpty();
            }
        }
    }

    @Test
    void tenantThatMoves_isNeverHeld_andAForeignOneStopsIt() throws Exception {
        try (Shop shop = items(2_000).documentBy("items", "'items_' + row.tenant")) {
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items_a", ITEMS);
            }
            shop.sql("UPDATE items SET tenant = 'b'");
            shop.withSource("snapshot: always");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items_b", ITEMS);
                await().until(() -> shop.documents("items_a").isEmpty());
                Shop.awaitStreaming(pipeline);
                assertThat(pipeline.status().approvals()).isEmpty();
                shop.typesense()
                        .admin()
                        .post(
                                "/collections",
                                "{\"name\":\"" + shop.collection("items_c")
                                        + "\",\"fields\":[{\"name\":\"tenant\",\"type\":\"string\",\"optional\":true},"
                                        + "{\"name\":\"n\",\"type\":\"int32\"}]}");
                shop.typesense().admin().upsert(shop.collection("items_c"), List.of("{\"id\":\"x\",\"n\":1}"));
                shop.sql("UPDATE items SET tenant = 'c' WHERE id = 1");
                await().until(() -> pipeline.health().conditions().values().stream()
                        .anyMatch(each -> each.message().contains("never wrote")
                                || each.message().contains("ever wrote")));
                assertThat(shop.documents("items_b")).hasSize(2_000);
                shop.typesense().admin().delete("/collections/" + shop.collection("items_c"));
                shop.awaitEqual("items_c", ITEMS + " WHERE tenant = 'c'");
            }
        }
    }
}
