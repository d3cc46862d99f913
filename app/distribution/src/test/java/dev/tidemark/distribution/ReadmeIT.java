package dev.tidemark.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * README.md and then docs/quickstart.md as they stand: every block in its order, with the role and the keys that they create,
 * on real servers.
 */
class ReadmeIT {

    private static final List<Path> PAGES =
            List.of(Path.of("..", "..", "README.md"), Path.of("..", "..", "docs", "quickstart.md"));

    private static final String TABLE =
            "CREATE TABLE products (id int PRIMARY KEY, name varchar(100) NOT NULL, price_eur"
                    + " numeric(10, 2), tags varchar(100), status varchar(20), deleted_at timestamp NULL, brand_id int,"
                    + " tenant varchar(20))";
    private static final String ROWS = "INSERT INTO products VALUES (1, 'linen shirt', 49.50, 'linen, summer',"
            + " 'published', NULL, 1, 'one'), (2, 'straw hat', 20, 'summer', 'published', NULL, 1, 'two')";
    private static final String CUSTOMERS = "CREATE TABLE customers (id int PRIMARY KEY, name varchar(100))";

    private static Archive archive;
    private static List<ReadmeBlocks.Block> blocks;

    private final Path directory;
    private TypesenseServer typesense;

    ReadmeIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void read() throws Exception {
        Program.require("curl", "curl");
        blocks = new ArrayList<>();
        for (Path page : PAGES) {
            blocks.addAll(ReadmeBlocks.of(page));
        }
        archive = Archive.unpack();
    }

    @AfterAll
    static void delete() throws IOException {
        archive.close();
    }

    @BeforeEach
    void start() {
        typesense = TypesenseServer.start();
    }

    @AfterEach
    void stop() {
        typesense.close();
    }

    @Test
    void everyBlock_isRunByATest() {
        assertThat(blocks).extracting(ReadmeBlocks.Block::on).containsOnly("postgres", "mysql", "both", "demo");
        assertThat(blocks)
                .filteredOn(block -> block.on().equals("demo"))
                .as("DemoIT runs the demo")
                .extracting(ReadmeBlocks.Block::text)
                .containsExactly("./tidemark demo --for 60s\n");
    }

    @Test
    void postgres() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            server.createDatabase("shop");
            server.execute(
                    "shop",
                    TABLE,
                    ROWS,
                    CUSTOMERS,
                    "INSERT INTO customers VALUES (1, 'Ada')",
                    "CREATE TABLE brands (id int PRIMARY KEY, name text)",
                    "INSERT INTO brands VALUES (1, 'Acme')");
            Newcomer newcomer = new Newcomer(directory, archive, typesense, server.port());
            newcomer.export("TIDEMARK_INIT_PASSWORD", server.password());
            follow("postgres", newcomer, sql -> server.execute("shop", sql), server::restart);
            server.execute("shop", "GRANT SELECT ON brands TO tidemark");
            planOthers("postgres", newcomer);
        }
    }

    @Test
    void mySql() throws Exception {
        try (MySqlServer server = MySqlServer.start()) {
            server.createDatabase("shop");
            server.execute("shop", TABLE, ROWS, CUSTOMERS, "INSERT INTO customers VALUES (1, 'Ada')");
            Newcomer newcomer = new Newcomer(directory, archive, typesense, server.port());
            follow("mysql", newcomer, sql -> server.execute("shop", sql), server::restart);
        }
    }

    private void follow(String database, Newcomer newcomer, Consumer<String> owner, Runnable restart) throws Exception {
        Program run = null;
        try {
            for (ReadmeBlocks.Block block : blocks) {
                if (!block.appliesTo(database)) {
                    continue;
                }
                switch (block.how()) {
                    case "" -> {
                        if (block.language().equals("sql")) {
                            statements(block).forEach(owner);
                        } else {
                            newcomer.run(block.text());
                        }
                    }
                    case "restart" -> {
                        statements(block).forEach(owner);
                        restart.run();
                    }
                    case "save as tidemark.yml" -> newcomer.save("tidemark.yml", block.text());
                    case "drafts" -> {
                        newcomer.run(block.text());
                        assertThat(newcomer.read("draft.yml"))
                                .contains("table: public.products", "table: public.customers");
                        assertThat(newcomer.read("draft.sql")).contains("CREATE PUBLICATION tidemark_shop");
                    }
                    case "keeps running" -> run = newcomer.start(block.text());
                    case "finds a product" -> {
                        Program running = Objects.requireNonNull(run, "the quickstart starts 'run' before it searches");
                        search(newcomer, block.text(), running, owner);
                        newcomer.run("./tidemark status");
                    }
                    case "plan with these documents" -> assertThat(database).isEqualTo("postgres");
                    default -> throw new AssertionError("unknown: readme: " + block.on() + ", " + block.how());
                }
            }
            Program service = Objects.requireNonNull(run, "the quickstart runs the service");
            service.terminate();
            Program.Ended ended = service.awaitEnd();
            assertThat(ended.code()).as(ended.output()).isZero();
        } finally {
            if (run != null) {
                run.close();
            }
        }
    }

    private static List<String> statements(ReadmeBlocks.Block block) {
        return List.of(block.text().strip().split(";\\s*"));
    }

    private static void search(Newcomer newcomer, String search, Program run, Consumer<String> owner) {
        run.await("the search finds the shirt", () -> {
            JsonNode answer = newcomer.searchElsewhere(search);
            return answer.path("found").asInt() == 1
                    && answer.path("hits")
                            .path(0)
                            .path("document")
                            .path("id")
                            .asText()
                            .equals("1");
        });
        owner.accept("UPDATE products SET name = 'straw shirt' WHERE id = 2");
        run.await(
                "a changed row is found",
                () -> newcomer.searchElsewhere(search).path("found").asInt() == 2);
    }

    /** Each list of documents that the quickstart shows is taken, and rows become documents by it. */
    private void planOthers(String database, Newcomer newcomer) throws Exception {
        typesense.admin().delete("/collections/products");
        for (ReadmeBlocks.Block block : blocks) {
            if (block.appliesTo(database) && block.how().equals("plan with these documents")) {
                newcomer.saveDocuments(block.text());
                assertThat(newcomer.run("./tidemark plan --sample 100")).contains("2 rows: 2 accepted, 0 rejected");
            }
        }
    }
}
