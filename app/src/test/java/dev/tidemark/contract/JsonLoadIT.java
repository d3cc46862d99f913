package dev.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.pipeline.Pipeline;
import org.junit.jupiter.api.Test;

/** Documents with JSON inside, in requests that are under way at the same time. */
class JsonLoadIT {

    private static final int WHOLE = 12_000;
    private static final int ROWS = 30_000;

    /** Every request after the first ones is rejected, for a type that the first of them changes. */
    @Test
    void wholeNumbersThatBecomeDecimals_inTheMiddleOfALoad_areAllTaken() throws Exception {
        try (Shop shop = Shop.onSharedServers().with("flush: {interval: 50ms, documents: 1000}")) {
            shop.sql(
                    "CREATE TABLE items (id int PRIMARY KEY, meta jsonb)",
                    "INSERT INTO items SELECT i, jsonb_build_object('n', CASE WHEN i <= " + WHOLE
                            + " THEN i::numeric ELSE i + 0.5 END) FROM "
                            + shop.source().numbers(ROWS));
            shop.document("items");
            try (Pipeline pipeline = shop.start()) {
                Shop.awaitStreaming(pipeline);
                assertThat(shop.documents("items")).hasSize(ROWS);
                assertThat(shop.documentOf("items", String.valueOf(ROWS))
                                .path("meta")
                                .path("n")
                                .asDouble())
                        .isEqualTo(ROWS + 0.5);
                assertThat(shop.deadLetters("items")).isEmpty();
            }
        }
    }
}
