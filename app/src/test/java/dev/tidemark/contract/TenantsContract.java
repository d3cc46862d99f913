package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.startup.StartupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An expression puts each row into its tenant's collection; on real servers of both kinds. */
abstract class TenantsContract extends ShopContract {

    private static final String BY_TENANT = "'items_' + row.tenant";

    /** A database of its own with items of three tenants. */
    private Shop openItems() throws Exception {
        Shop shop = open();
        shop.sql("CREATE TABLE items (id int PRIMARY KEY, tenant varchar(40), name varchar(100), n int)");
        shop.sql(server().tellRowsBefore("items"));
        shop.sql(
                "INSERT INTO items VALUES (1, 'a', 'anvil', 1), (2, 'b', 'bulb', 2), (3, 'a', 'axe', 3), (4, 'c', 'cup', 4)");
        return shop;
    }

    private static void awaitTenants(Shop shop, String... tenants) {
        for (String tenant : tenants) {
            shop.awaitEqual("items_" + tenant, "SELECT id, tenant, name, n FROM items WHERE tenant = '" + tenant + "'");
        }
    }

    /** Dead letters of rows that belong to no collection. */
    private static List<DeadLetter> strays(Shop shop) throws IOException {
        List<DeadLetter> deadLetters = new ArrayList<>();
        DeadLetterReader.read(
                shop.state().resolve(DeadLetters.DIRECTORY),
                DeadLetterFilter.of(shop.source().qualified(shop.name(), "items") + ":none"),
                Long.MAX_VALUE,
                deadLetters::add);
        return deadLetters;
    }

    @Test
    void everyKindOfChange_andEveryMove() throws Exception {
        try (Shop shop = openItems()) {
            shop.documentBy("items", BY_TENANT);
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                for (String change : List.of(
                        "INSERT INTO items VALUES (5, 'b', 'bell', 5)",
                        "UPDATE items SET name = 'big anvil' WHERE id = 1",
                        "UPDATE items SET tenant = 'b' WHERE id = 1",
                        "UPDATE items SET tenant = 'a', name = 'back', n = NULL WHERE id = 1",
                        "UPDATE items SET id = 30 WHERE id = 3",
                        "UPDATE items SET id = 40, tenant = 'b' WHERE id = 4",
                        "UPDATE items SET tenant = 'd' WHERE id = 5",
                        "DELETE FROM items WHERE id = 2",
                        "UPDATE items SET tenant = 'c'")) {
                    shop.sql(change);
                    awaitTenants(shop, "a", "b", "c");
                }
                awaitTenants(shop, "d");
                shop.transaction(
                        "UPDATE items SET tenant = 'a' WHERE id = 1",
                        "UPDATE items SET tenant = 'b' WHERE id = 1",
                        "UPDATE items SET n = 9 WHERE id = 1",
                        "UPDATE items SET tenant = 'a' WHERE id = 1",
                        "DELETE FROM items WHERE id = 30");
                awaitTenants(shop, "a", "b", "c", "d");
                assertThat(pipeline.status().collections())
                        .extracting(PipelineStatus.Collection::name)
                        .containsExactly(
                                shop.collection("items_a"),
                                shop.collection("items_b"),
                                shop.collection("items_c"),
                                shop.collection("items_d"));
                shop.sql("TRUNCATE TABLE items");
                awaitTenants(shop, "a", "b", "c", "d");
                shop.sql("INSERT INTO items VALUES (1, 'b', 'again', 1)");
                awaitTenants(shop, "a", "b", "c", "d");
                Shop.awaitHealthy(pipeline);
                assertThat(strays(shop)).isEmpty();
            }
        }
    }

    @Test
    void rowsWithoutACollection_areDeadLettersUntilTheyHaveOne() throws Exception {
        try (Shop shop = openItems()) {
            shop.documentBy("items", BY_TENANT, "where: row.name != 'hidden'");
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                shop.sql(
                        "UPDATE items SET tenant = 'not/valid' WHERE id = 1",
                        "UPDATE items SET tenant = NULL WHERE id = 2",
                        "INSERT INTO items VALUES (7, NULL, 'hidden', 1), (8, 'unseen', 'hidden', 1)");
                await().untilAsserted(() -> assertThat(strays(shop))
                        .extracting(
                                DeadLetter::id, deadLetter -> deadLetter.error().replaceAll("'shop[^']*/", "'/"))
                        .satisfiesExactlyInAnyOrder(
                                one -> assertThat(one.toList().toString())
                                        .contains("1, collection: '/valid' is not a collection name"),
                                two -> assertThat(two.toList().toString()).contains("2, collection: ", "NULL here")));
                awaitTenants(shop, "a", "b", "c"); // where they were, they are no more
                assertThat(pipeline.status().collections())
                        .anySatisfy(none -> assertThat(none.deadLetters()).isEqualTo(2));
                shop.sql("UPDATE items SET tenant = 'c' WHERE id = 1", "DELETE FROM items WHERE id = 2");
                awaitTenants(shop, "a", "b", "c");
                await().untilAsserted(() -> assertThat(strays(shop)).isEmpty());
                assertThat(shop.typesense().admin().get("/collections"))
                        .doesNotContain(shop.collection("items_unseen"));
            }
        }
    }

    @Test
    void restart_streamsOn_andSnapshotSweepsWhatMoved() throws Exception {
        try (Shop shop = openItems()) {
            shop.documentBy("items", BY_TENANT);
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                Shop.awaitStreaming(pipeline);
                shop.sql("DELETE FROM items WHERE tenant = 'c'", "INSERT INTO items VALUES (9, 'late', 'lamp', 9)");
                awaitTenants(shop, "a", "b", "c", "late");
            }
            shop.sql(
                    "UPDATE items SET tenant = 'b' WHERE id = 1",
                    "UPDATE items SET tenant = 'new' WHERE id = 2",
                    "DELETE FROM items WHERE id = 9");
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c", "new", "late");
                Shop.awaitStreaming(pipeline);
                assertThat(shop.count("tidemark.snapshot.rows")).isZero();
                shop.sql("UPDATE items SET n = 77 WHERE tenant = 'b'", "UPDATE items SET tenant = 'a' WHERE id = 1");
                awaitTenants(shop, "a", "b", "c", "new", "late");
                Shop.awaitHealthy(pipeline);
            }
            shop.sql(
                    "UPDATE items SET tenant = 'c' WHERE id = 3",
                    "UPDATE items SET tenant = 'a' WHERE id = 2",
                    "DELETE FROM items WHERE id = 1");
            shop.withSource("snapshot: always");
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c", "new", "late");
                Shop.awaitStreaming(pipeline);
                assertThat(shop.count("tidemark.snapshot.rows")).isEqualTo(2);
                shop.sql("INSERT INTO items VALUES (11, 'new', 'nut', 1)"); // it was empty, and forgotten
                awaitTenants(shop, "a", "b", "c", "new", "late");
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void collectionDroppedWhileStopped_isFilledAgain() throws Exception {
        try (Shop shop = openItems()) {
            shop.documentBy("items", BY_TENANT);
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                Shop.awaitStreaming(pipeline);
            }
            shop.typesense().admin().delete("/collections/" + shop.collection("items_a"));
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                Shop.awaitStreaming(pipeline);
                assertThat(shop.count("tidemark.snapshot.rows")).isEqualTo(4);
            }
            shop.sql("DELETE FROM items WHERE tenant = 'c'");
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                Shop.awaitStreaming(pipeline);
            }
            shop.typesense().admin().delete("/collections/" + shop.collection("items_c"));
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b");
                Shop.awaitStreaming(pipeline);
                assertThat(shop.count("tidemark.snapshot.rows")).isEqualTo(3);
            }
            try (Pipeline pipeline = shop.start()) { // no row belongs there any more: it is not missed again
                Shop.awaitStreaming(pipeline);
                assertThat(shop.count("tidemark.snapshot.rows")).isZero();
            }
        }
    }

    @Test
    void changedExpression_movesEveryDocument() throws Exception {
        try (Shop shop = openItems()) {
            shop.documentBy("items", BY_TENANT);
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                Shop.awaitStreaming(pipeline);
            }
            shop.withoutDocuments().documentBy("items", "(row.tenant == 'a' ? 'items_a' : 'rest')");
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a");
                shop.awaitEqual("rest", "SELECT id, tenant, name, n FROM items WHERE tenant <> 'a'");
                await().untilAsserted(() -> {
                    assertThat(shop.size("items_b")).isZero();
                    assertThat(shop.size("items_c")).isZero();
                });
                Shop.awaitStreaming(pipeline);
                await().untilAsserted(() -> assertThat(pipeline.status().collections())
                        .extracting(PipelineStatus.Collection::name)
                        .containsExactly(shop.collection("items_a"), shop.collection("rest")));
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void missingCollection_pausesWhereNoneIsMade() throws Exception {
        try (Shop shop = openItems()) {
            for (String tenant : List.of("a", "b", "c")) {
                make(shop, "items_" + tenant);
            }
            shop.documentBy("items", BY_TENANT, "create: false");
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a", "b", "c");
                shop.sql("INSERT INTO items VALUES (5, 'd', 'door', 5)");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions().toString())
                                        .contains(
                                                shop.collection("items_d"),
                                                "does not exist",
                                                "create it, and it continues automatically"));
                make(shop, "items_d");
                await().untilAsserted(
                                () -> assertThat(pipeline.health().conditions()).isEmpty());
                awaitTenants(shop, "d");
            }
        }
    }

    private static void make(Shop shop, String collection) {
        shop.typesense()
                .admin()
                .post(
                        "/collections",
                        "{\"name\": \"" + shop.collection(collection)
                                + "\", \"fields\": [{\"name\": \"name\", \"type\": \"string\", \"optional\": true}]}");
    }

    @Test
    void collectionsOfOthers_areNotTaken() throws Exception {
        try (Shop shop = openItems()) {
            shop.sql("CREATE TABLE items_b (id int PRIMARY KEY, n int)", "INSERT INTO items_b VALUES (1, 1)");
            make(shop, "real");
            shop.alias("items_c", "real");
            shop.document("items_b").documentBy("items", BY_TENANT);
            try (Pipeline pipeline = shop.start()) {
                awaitTenants(shop, "a");
                shop.awaitEqual("items_b", "SELECT id, n FROM items_b");
                await().untilAsserted(() -> assertThat(strays(shop))
                        .extracting(DeadLetter::error)
                        .satisfiesExactlyInAnyOrder(
                                error -> assertThat(error).contains("items_b' has the documents of"),
                                error -> assertThat(error).contains("is an alias of")));
                assertThat(shop.size("real")).isZero();
                Shop.awaitHealthy(pipeline);
            }
        }
    }

    @Test
    void wrongExpressions_areRefused_andPlanTellsThePlaces() throws Exception {
        try (Shop shop = openItems()) {
            shop.documentBy("items", "row.tenat");
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartupException.class)
                    .hasMessageContainingAll(
                            "tidemark.yml:", "documents[0].collection.cel", "tenat", "did you mean 'tenant'");
            shop.withoutDocuments().documentBy("items", BY_TENANT);
            shop.sql("INSERT INTO items VALUES (5, NULL, 'nobody', 5)");
            Commands.Ended check = Commands.run("check", "-c", shop.configFile().toString());
            assertThat(check.code()).as(check.out() + check.err()).isZero();
            assertThat(check.out()).contains("collections by `'" + shop.name() + "_' + 'items_' + row.tenant`");
            Commands.Ended plan = Commands.run("plan", "-c", shop.configFile().toString(), "--sample", "10");
            assertThat(plan.code()).as(plan.out() + plan.err()).isEqualTo(1); // one row has no collection
            assertThat(plan.out())
                    .contains(
                            "row.tenant` <- ",
                            shop.collection("items_a") + ": 2",
                            shop.collection("items_b") + ": 1",
                            "id=5");
            assertThat(shop.typesense().admin().get("/collections")).doesNotContain(shop.name());
        }
    }
}
