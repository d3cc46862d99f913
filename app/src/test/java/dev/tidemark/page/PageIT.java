package dev.tidemark.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import dev.tidemark.pipeline.Service;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of a service that runs, with Postgres and Typesense. */
class PageIT {

    private static final String EVIL = "<script>window.hacked = 1</script>";

    private static Browser browser;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void closeBrowser() {
        browser.close();
    }

    private static void products(Shop shop) {
        shop.sql(
                "CREATE TABLE products (id text PRIMARY KEY, price double precision NOT NULL)",
                "INSERT INTO products SELECT i, i FROM generate_series(1, 1000) i");
        shop.document("products");
    }

    private static Service started(Shop shop) throws Exception {
        Service service = new Service(shop.config());
        try {
            service.pipeline().start();
            browser.open(service.address() + "/");
            return service;
        } catch (Exception | Error e) {
            service.close();
            throw e;
        }
    }

    @Test
    void rows_moveTheFigures_andARefusedOneIsShownUntilItIsMended() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            products(shop);
            try (Service service = started(shop)) {
                browser.awaitText("#headline", "streaming");
                browser.awaitText("#pipeline", shop.name());
                browser.awaitText("#collections", shop.collection("products") + " public.products ");
                browser.awaitText("#collections", " 1,000 1,000 1,000 0 0 0");
                browser.awaitText("#flow", "Typesense", "answers", "1,000 documents");
                shop.sql(
                        "INSERT INTO products SELECT i, i FROM generate_series(2001, 2500) i",
                        "DELETE FROM products WHERE price <= 40");
                browser.awaitText("#collections", " 1,460 1,540 1,500 40 0 0");
                browser.awaitText("#charts", "Received per second", "highest");
                assertThat(browser.element("#dead-letters").isDisplayed()).isFalse();

                shop.sql("INSERT INTO products VALUES ('" + EVIL + "', 'NaN')");
                browser.awaitText("#collections", " 1,541 1,500 40 1 ");
                browser.awaitText("#headline", "1 document rejected");
                browser.awaitText("#reasons", "1 document of", "field price", "NaN");
                browser.awaitText("#dead-letters", EVIL, "public.products", "price");
                browser.element("button[aria-label^='Replay <script>']").click();
                browser.awaitText("#failure", "1 document rejected again");
                shop.sql("UPDATE products SET price = 1 WHERE id = '" + EVIL + "'");
                browser.awaitText("#collections", " 1,542 1,501 40 1 0");
                browser.awaitGone("#dead-letters");

                assertThat(browser.script("return window.hacked ?? 'no'")).isEqualTo("no");
                assertThat(browser.requests())
                        .contains(service.address() + "/api/status", service.address() + "/page/main.js")
                        .allMatch(url -> url.startsWith(service.address() + "/") || url.equals("about:blank"));
                assertThat(browser.consoleMessages()).isEmpty();
            }
        }
    }

    @Test
    void typesenseAway_isShownWithReasonAndHint_untilItIsBack() throws Exception {
        try (TypesenseServer typesense = TypesenseServer.start();
                Shop shop = new Shop(PostgresServer.shared(), typesense)) {
            products(shop);
            try (Service service = started(shop)) {
                browser.awaitText("#headline", "streaming");
                typesense.kill();
                browser.awaitText("#headline", "not ready: Typesense");
                assertThat(service.pipeline().status().state()).isEqualTo("paused");
                browser.awaitText("#problems", "Typesense", typesense.uri().toString());
                browser.awaitText("#flow", "does not answer");
                shop.sql("INSERT INTO products VALUES ('new', 1)");
                browser.awaitText("#flow", "held up");
                // Heartbeats wait, too: there may never be just the one.
                browser.awaitMatch("#flow", "\\b[1-9][0-9,]* of 65,536 changes");
                assertThat(browser.elements("#problems .message"))
                        .as("one cause")
                        .hasSize(1);
                browser.awaitText("#problems", "next try");
                browser.awaitText("#events", typesense.uri().toString());
                assertThat(browser.element("#announcement").getDomProperty("textContent"))
                        .startsWith("not ready");
                typesense.restart();
                browser.awaitText("#headline", "streaming");
                browser.awaitGone("#problems");
                browser.awaitText("#flow", "answers");
                browser.awaitMatch("#flow", "\\b0 of 65,536 changes");
                Shop.awaitHealthy(service.pipeline());
            }
        }
    }
}
