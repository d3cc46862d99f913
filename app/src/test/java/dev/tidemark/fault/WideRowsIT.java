package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
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
}
