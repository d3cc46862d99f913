package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import dev.tidemark.deadletter.DeadLetter;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class WideRowsIT extends WideRowsContract {

    private static final int NARROW = 20_000;
    private static final int WIDE = 100;

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }

    /** Neither a sample nor the average tells of rows of a megabyte behind many narrow ones. */
    @Test
    void rowsThatAreWiderThanEstimated_areFetchedFewerAtATime() throws Exception {
        try (Shop shop = database()) {
            WideRows rows = new WideRows(shop);
            rows.create("pages");
            rows.fill("pages", NARROW, 32, "1");
            shop.sql("INSERT INTO pages SELECT i + " + NARROW + ", repeat(md5(i::text), 32768), 2 FROM "
                    + shop.source().numbers(WIDE));
            shop.document("pages", WideRows.fields(""));
            long began = System.nanoTime();
            try (Service service = rows.run()) {
                rows.await("pages", "kind:=2", service, WIDE);
                rows.await("pages", "kind:=1", service, NARROW);
                figures("few wide rows", NARROW + WIDE, began, service);
                assertThat(service.output()).as("nothing failed").doesNotContain("too wide");
            }
        }
    }

    /** The log has no value that did not change, so rows are re-read. */
    @Override
    void changeTooLarge(Shop shop, WideRows rows, Service service) {
        shop.sql("UPDATE pages SET kind = kind + 10");
        rows.await("pages", "kind:=14", service, 1);
        rows.await("pages", "kind:=12", service, 2);
        assertThat(shop.deadLetters("pages")).extracting(DeadLetter::id).containsOnly("1002");
        shop.sql("UPDATE pages SET kind = kind - 10");
        rows.await("pages", "kind:=4", service, 1);
        assertThat(service.output()).doesNotContain("OutOfMemoryError");
    }

    @Test
    void joinedDocumentThatIsTooLarge_isADeadLetter() throws Exception {
        try (Shop shop = database()) {
            WideRows rows = new WideRows(shop);
            rows.create("pages");
            rows.fill("pages", 300, 320, "1");
            rows.insert("pages", 301, 5, 2);
            rows.insert("pages", 302, 0, 4);
            shop.sql(
                    "CREATE TABLE kinds (id int PRIMARY KEY, name text)",
                    "INSERT INTO kinds VALUES (1, 'a'), (2, 'a'), (4, 'a')");
            shop.document(
                    "pages",
                    "query: \"SELECT p.id, p.kind, repeat(p.body, 10) AS body, k.name FROM pages p JOIN kinds k ON k.id ="
                            + " p.kind WHERE p.id IN (:ids)\"",
                    "dependsOn: [{table: " + shop.table("kinds") + ", ids: \"SELECT id FROM pages WHERE kind = :id\"}]",
                    WideRows.fields("name: {type: string}"));
            try (Service service = rows.run()) {
                rows.await("pages", "name:=a", service, 301);
                shop.sql("UPDATE kinds SET name = 'b'");
                rows.await("pages", "name:=b", service, 301);
                assertThat(shop.deadLetters("pages")).extracting(DeadLetter::id).containsOnly("301");
                assertThat(shop.deadLetters("pages").get(0).error()).contains("51 MB", "JAVA_OPTS=-Xmx");
                assertThat(service.output()).doesNotContain("too wide", "OutOfMemoryError");
            }
        }
    }

    @Override
    void replay(Shop shop, WideRows rows, String heap) throws Exception {
        shop.sql("UPDATE pages SET kind = 6 WHERE id = 1001");
        try (Service service = rows.run(heap)) {
            rows.await("pages", "kind:=6", service, 1);
            assertThat(service.post("/api/dead-letters/replay", "{\"all\": true}")
                            .statusCode())
                    .isLessThan(300);
            rows.await("pages", "kind:=3", service, 1);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(shop.deadLetters("pages")).isEmpty());
        }
    }

    /** The heap of the default flags, twenty-five times as large as the row. */
    @Test
    void rowOf20Megabytes_isLoadedChangedAndStreamed() throws Exception {
        try (Shop shop = database()) {
            WideRows rows = new WideRows(shop);
            rows.create("pages");
            rows.insert("pages", 1, 20, 1);
            rows.insert("pages", 2, 20, 1);
            rows.insert("pages", 3, 20, 1);
            shop.document("pages", WideRows.fields("")).withSink("timeout: 2m");
            long began = System.nanoTime();
            try (Service service = rows.run("512m")) {
                rows.await("pages", "kind:=1", service, 3);
                figures("load of 20 MB", 3, began, service);
                shop.sql("UPDATE pages SET kind = 2");
                rows.await("pages", "kind:=2", service, 3);
                figures("update of 20 MB", 3, began, service);
                rows.insert("pages", 4, 20, 3);
                rows.await("pages", "kind:=3", service, 1);
                shop.sql("UPDATE pages SET body = concat(body, 'x'), kind = 4");
                rows.await("pages", "kind:=4", service, 4);
                figures("stream of 20 MB", 4, began, service);
                assertThat(shop.deadLetters("pages")).isEmpty();
            }
        }
    }
}
