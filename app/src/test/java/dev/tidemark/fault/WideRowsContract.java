package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import dev.tidemark.deadletter.DeadLetter;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Memory is bounded by bytes on every path (invariant 3): rows of 60 KB that do not fit into the heap pass on all of them. */
abstract class WideRowsContract {

    private static final Logger log = LoggerFactory.getLogger(WideRowsContract.class);

    private static final Pattern HEAP = Pattern.compile("(?s).*-Xmx(\\d+m).*");

    abstract Shop database() throws Exception;

    @Test
    void wideRows_areLoaded_andFollowedThroughAnUpdateOfAll() throws Exception {
        try (Shop shop = database()) {
            WideRows rows = new WideRows(shop);
            rows.create("pages");
            rows.fill("pages", WideRows.ROWS, 60_800, "1");
            shop.document("pages", WideRows.fields("m: {type: int32, optional: true}"));
            shop.sql("ALTER TABLE pages ADD COLUMN m int");
            long began = System.nanoTime();
            try (Service service = rows.run()) {
                rows.await("pages", "kind:=1", service, WideRows.ROWS);
                figures("initial load", WideRows.ROWS, began, service);
                began = System.nanoTime();
                shop.sql("ALTER TABLE pages ADD COLUMN n int", "UPDATE pages SET m = 1");
                rows.await("pages", "m:=1", service, WideRows.ROWS);
                figures("update of all", WideRows.ROWS, began, service);
                assertThat(shop.documentOf("pages", "7").get("body").asText()).hasSize(60_800);
            }
        }
    }

    /** A page of joined documents is 500 of them: 300 MB here. */
    @Test
    void wideJoinedDocuments_areReadInPartsOfAPage() throws Exception {
        int count = WideRows.ROWS / 8;
        try (Shop shop = database()) {
            WideRows rows = new WideRows(shop);
            rows.create("pages");
            rows.fill("pages", count, 60_800, "1");
            shop.sql("CREATE TABLE kinds (id int PRIMARY KEY, name varchar(20))", "INSERT INTO kinds VALUES (1, 'a')");
            shop.document(
                    "pages",
                    "query: \"SELECT p.id, p.kind, repeat(p.body, 10) AS body, k.name FROM pages p JOIN kinds k ON k.id = p.kind"
                            + " WHERE p.id IN (:ids)\"",
                    "dependsOn: [{table: " + shop.table("kinds") + ", ids: \"SELECT id FROM pages WHERE kind = :id\"}]",
                    WideRows.fields("name: {type: string}"));
            long began = System.nanoTime();
            try (Service service = rows.run()) {
                rows.await("pages", "name:=a", service, count);
                shop.sql("UPDATE kinds SET name = 'b'");
                rows.await("pages", "name:=b", service, count);
                figures("joined documents of 600 KB", count, began, service);
                assertThat(shop.documentOf("pages", "7").get("body").asText()).hasSize(608_000);
            }
        }
    }

    /** A sixth of the heap is 31 MB, a twelfth 16 MB. */
    @Test
    void rowThatIsTooLarge_isADeadLetter_andTheLoadContinues() throws Exception {
        try (Shop shop = database()) {
            WideRows rows = new WideRows(shop);
            StringBuilder heap = new StringBuilder();
            rows.create("pages");
            rows.fill("pages", 1_000, 32, "1");
            rows.insert("pages", 1_001, 5, 2);
            rows.insert("pages", 1_002, 40, 3);
            rows.insert("pages", 1_003, 5, 2);
            rows.insert("pages", 1_004, 0, 4);
            shop.document("pages", WideRows.fields("")).withSink("timeout: 2m");
            try (Service service = rows.run()) {
                rows.await("pages", "kind:=4", service, 1);
                rows.await("pages", "kind:=2", service, 2);
                rows.await("pages", "kind:=1", service, 1_000);
                service.awaitLine("load of " + shop.table("pages"), "1004 rows, done");
                List<DeadLetter> letters = shop.deadLetters("pages");
                assertThat(letters).hasSize(1);
                assertThat(letters.get(0).id()).isEqualTo("1002");
                assertThat(letters.get(0).error()).contains(shop.table("pages"), " MB, too much for the heap");
                assertThat(service.output()).doesNotContain("too wide", "OutOfMemoryError");
                rows.insert("pages", 1_005, 5, 5);
                rows.await("pages", "kind:=5", service, 1);
                heap.append(HEAP.matcher(letters.get(0).error()).replaceFirst("$1"));
                changeTooLarge(shop, rows, service);
            }
            replay(shop, rows, heap.toString());
        }
    }

    /** Replays the dead letter with the heap that it names. */
    void replay(Shop shop, WideRows rows, String heap) throws Exception {}

    /** Changes these rows, as far as the log has them in part. */
    abstract void changeTooLarge(Shop shop, WideRows rows, Service service);

    static void figures(String what, int count, long began, Service service) throws Exception {
        log.warn(
                "{} of {} rows: {} s, peak {} MB",
                what,
                count,
                (System.nanoTime() - began) / 1_000_000_000,
                WideRows.peakMegabytes(service));
    }
}
