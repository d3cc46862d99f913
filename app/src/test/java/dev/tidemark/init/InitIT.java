package dev.tidemark.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Commands;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init} on real servers: its SQL and its configuration are enough for {@code check}, as they are. */
class InitIT {

    private static TypesenseServer typesense;

    private final Path directory;

    InitIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void start() {
        typesense = TypesenseServer.start();
    }

    @AfterAll
    static void stop() {
        typesense.close();
    }

    private static Commands.Ended init(String source, Path output, String... more) {
        List<String> words = new ArrayList<>(List.of("init", "--source", source, "--output", output.toString()));
        words.addAll(List.of(more));
        return Commands.run(words.toArray(String[]::new));
    }

    /** The draft with what is a machine's own filled in: the password, and where Typesense is. */
    private void check(Path yaml, Consumer<String> owner) throws Exception {
        String statements = Files.readString(directory.resolve("tidemark.sql"))
                .replaceAll("(?m)^--.*$", "")
                .strip()
                .replaceFirst(";$", "");
        List.of(statements.split(";\\s*")).forEach(owner);
        Files.writeString(
                yaml,
                Files.readString(yaml)
                        .replace("${DB_PASSWORD}", "change-me")
                        .replace("http://127.0.0.1:8108", typesense.uri().toString())
                        .replace("${TYPESENSE_API_KEY}", typesense.apiKey()));
        Commands.Ended check = Commands.run("check", "-c", yaml.toString());
        assertThat(check.out() + check.err()).doesNotContain("FAIL");
        assertThat(check.code()).as(check.out() + check.err()).isZero();
    }

    @Test
    void postgres() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            server.createDatabase("My-Shop");
            server.execute(
                    "My-Shop",
                    "CREATE TABLE products (id int PRIMARY KEY, name text, status text, api_token text)",
                    "CREATE TABLE \"Odd & Table\" (id int PRIMARY KEY, \"a b\" text)",
                    "CREATE TABLE \"Odd \"\"Table\"\"\" (id int PRIMARY KEY)",
                    "CREATE SCHEMA sales",
                    "CREATE TABLE sales.orders (code text PRIMARY KEY, total numeric(10, 2))",
                    "CREATE TABLE logs (line text)");
            String url = "postgres://" + server.user() + ":" + server.password() + "@127.0.0.1:" + server.port();
            Path yaml = directory.resolve("tidemark.yml");

            Commands.Ended unknown = init(url + "/My-Shop", yaml, "--tables", "product");
            assertThat(unknown.code()).isEqualTo(2);
            assertThat(unknown.err()).contains("has no table product", "did you mean 'products'?");
            Commands.Ended nowhere = init(url + "/none", yaml);
            assertThat(nowhere.code()).isEqualTo(2);
            assertThat(nowhere.err()).contains("none").doesNotContain(server.password() + "@");
            assertThat(yaml).doesNotExist();

            Commands.Ended all = init(url + "/My-Shop", yaml);
            assertThat(all.code()).as(all.err()).isZero();
            assertThat(all.out())
                    .contains("3 tables", "without public.logs: it has no primary key")
                    .doesNotContain(":" + server.password() + "@");
            assertThat(Files.readString(yaml))
                    .contains("name: my_shop", "# \"api_token\": left out", "status: { facet: true }");
            check(yaml, sql -> server.execute("My-Shop", sql));
        }
    }

    @Test
    void mySql() throws Exception {
        try (MySqlServer server = MySqlServer.start()) {
            server.createDatabase("shop");
            server.createDatabase("other");
            server.execute(
                    "shop",
                    "CREATE TABLE products (id int PRIMARY KEY, name varchar(50), active bool)",
                    "CREATE TABLE customers (id int PRIMARY KEY, name varchar(50))",
                    "CREATE TABLE other.ours (id int PRIMARY KEY)");
            String url = "mysql://" + server.user() + ":" + server.password() + "@127.0.0.1:" + server.port() + "/shop";
            Path yaml = directory.resolve("tidemark.yml");
            Commands.Ended ended = init(url, yaml, "--tables", "products, shop.customers");
            assertThat(ended.code()).as(ended.err()).isZero();
            assertThat(Files.readString(yaml))
                    .contains("- table: shop.products", "- table: shop.customers", "active: { facet: true }")
                    .doesNotContain("other.ours");
            check(yaml, sql -> server.execute("shop", sql));
        }
    }
}
