package dev.tidemark.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alerts, asked of a real Prometheus that scrapes a running service with a bit of everything behind it. */
class MonitoringIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path COMPOSE = Path.of("../../compose");
    private static final Path ALERTS = COMPOSE.resolve("prometheus/alerts.yml");
    private static final Pattern METRIC = Pattern.compile("\\b(?:tidemark|jvm|process|disk)_[a-z0-9_]+|\\bup\\b");

    private static Path directory;
    private static Archive archive;
    private static PostgresServer postgres;
    private static TypesenseServer typesense;
    private static Program service;
    private static Program prometheus;
    private static String queries;
    private static String metrics;

    @BeforeAll
    static void start(@TempDir Path empty) throws Exception {
        directory = empty;
        Program.require("prometheus", "prometheus");
        Program.require("promtool", "prometheus");
        archive = Archive.unpack();
        postgres = PostgresServer.start();
        typesense = TypesenseServer.start();
        int port = Pages.freePort();
        service = startService(port);
        metrics = "http://127.0.0.1:" + port + "/metrics";
        aBitOfEverything(metrics);
        int prometheusPort = Pages.freePort();
        prometheus = startPrometheus(port, prometheusPort);
        queries = "http://127.0.0.1:" + prometheusPort + "/api/v1/query?query=";
    }

    @AfterAll
    static void stop() throws IOException {
        prometheus.close();
        service.close();
        typesense.close();
        postgres.close();
        archive.close();
    }

    private static Program startService(int port) throws Exception {
        postgres.createDatabase("shop");
        postgres.execute(
                "shop",
                "CREATE TABLE products (id int PRIMARY KEY, name text, stock bigint, gone bool DEFAULT false)",
                "ALTER TABLE products REPLICA IDENTITY FULL",
                "INSERT INTO products SELECT i, 'product ' || i, i FROM generate_series(1, 100) i",
                "CREATE PUBLICATION tidemark_watched FOR TABLE products");
        Files.writeString(directory.resolve("tidemark.yml"), """
                name: watched
                source:
                  postgres: { host: 127.0.0.1, port: %d, database: shop, user: %s, password: "${DB_PASSWORD}" }
                sink:
                  typesense: { nodes: ["%s"], apiKey: "${TYPESENSE_API_KEY}" }
                flush: { interval: 100ms }
                http: { port: %d }
                documents:
                  - table: public.products
                    fields: { name: ~, stock: { type: int32 } }
                    softDelete: gone
                """.formatted(
                        postgres.port(), postgres.user(), typesense.uri(), port));
        Map<String, String> secrets =
                Map.of("DB_PASSWORD", postgres.password(), "TYPESENSE_API_KEY", typesense.apiKey());
        return archive.start(directory, secrets, "run", "-c", "tidemark.yml");
    }

    /** A dead letter, rows that are left out, an update of no mapped column, and attempts that fail. */
    private static void aBitOfEverything(String address) {
        service.await("the initial load", () -> service.output().contains("initial load is complete"));
        postgres.execute(
                "shop",
                "UPDATE products SET stock = 5000000000 WHERE id = 1",
                "UPDATE products SET gone = true WHERE id = 2",
                "UPDATE products SET gone = NULL WHERE id = 3");
        typesense.kill();
        postgres.execute("shop", "UPDATE products SET name = 'new' WHERE id = 4");
        service.await("a retry", () -> Pages.get(address).body().contains("tidemark_retries_total"));
        typesense.restart();
        service.await("a dead letter", () -> Pages.get(address).body().contains("tidemark_dead_letters_pending"));
    }

    /** With the configuration that is shipped: only the target and the pace are other ones. */
    private static Program startPrometheus(int target, int port) throws IOException {
        String shipped = Files.readString(COMPOSE.resolve("prometheus/prometheus.yml"));
        Files.writeString(
                directory.resolve("prometheus.yml"),
                shipped.replace("tidemark:8085", "127.0.0.1:" + target).replace(": 15s", ": 1s"));
        Files.copy(ALERTS, directory.resolve("alerts.yml"));
        return Program.start(
                directory,
                Map.of(),
                List.of(
                        "prometheus",
                        "--config.file=prometheus.yml",
                        "--storage.tsdb.path=prometheus",
                        "--web.listen-address=127.0.0.1:" + port));
    }

    @Test
    void dashboard_everyQueryHasAnAnswer() throws Exception {
        JsonNode dashboard = JSON.readTree(
                COMPOSE.resolve("grafana/dashboards/tidemark.json").toFile());
        List<String> asked = dashboard.findValuesAsText("expr");
        assertThat(asked).hasSizeGreaterThan(25);
        for (String query : asked) {
            String filled = query.replace("$pipeline", "watched").replace("$__rate_interval", "30s");
            assertThat(filled).doesNotContain("$").contains("pipeline=~\"watched\"");
            prometheus.await("an answer to " + filled, () -> {
                // Something happens in each interval.
                postgres.execute("shop", "UPDATE products SET name = name || '.' WHERE id = 5");
                return answers(filled) > 0;
            });
        }
    }

    @Test
    void alerts_everyMetricExists_andNoneIsRaisedForAServiceThatIsWell() throws Exception {
        Set<String> names = new TreeSet<>();
        for (JsonNode rule : rules()) {
            Matcher matcher = METRIC.matcher(rule.path("expr").asText());
            while (matcher.find()) {
                names.add(matcher.group());
            }
        }
        assertThat(names).hasSizeGreaterThan(12).contains("up", "disk_free_bytes");
        for (String name : names) {
            prometheus.await("the metric " + name, () -> answers(name) > 0);
        }
        assertThat(answers("ALERTS{alertstate=\"firing\"}")).isZero();
    }

    @Test
    void metrics_passPromtool_andEachHasAHelpOfItsOwn() throws Exception {
        String scrape = Pages.get(metrics).body();
        Path file = Files.writeString(directory.resolve("scrape.txt"), scrape);
        Program.Ended ended = Program.run(directory, List.of("sh", "-c", "promtool check metrics < '" + file + "'"));
        assertThat(ended.output()).isBlank();
        assertThat(ended.code()).isZero();
        List<String> help = scrape.lines()
                .filter(line -> line.startsWith("# HELP tidemark_") && !line.contains("_max "))
                .map(line ->
                        line.substring(line.indexOf(' ', "# HELP ".length())).trim())
                .toList();
        assertThat(help).hasSizeGreaterThan(30).doesNotHaveDuplicates().doesNotContain("");
    }

    @Test
    void alerts_passTheirUnitTests() throws Exception {
        Path prometheusDirectory = COMPOSE.resolve("prometheus");
        for (String[] arguments : new String[][] {
            {"test", "rules", "alerts-test.yml"},
            {"check", "rules", "alerts.yml"},
            {"check", "config", "prometheus.yml"}
        }) {
            List<String> command = new ArrayList<>(List.of("promtool"));
            command.addAll(List.of(arguments));
            Program.Ended ended = Program.run(prometheusDirectory, command);
            assertThat(ended.code()).as(ended.output()).isZero();
        }
    }

    @Test
    void alerts_eachIsTestedAndToldInTheDocs_andSaysWhatToDo() throws Exception {
        String tests = Files.readString(COMPOSE.resolve("prometheus/alerts-test.yml"));
        String docs = Files.readString(Path.of("../../docs/runbook.md"));
        for (JsonNode rule : rules()) {
            String name = rule.path("alert").asText();
            assertThat(tests).as("a test of " + name).contains("alertname=\"" + name + "\", alertstate=\"firing\"");
            assertThat(docs).as("docs/runbook.md describes " + name).contains("\n### " + name + "\n");
            assertThat(rule.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
            assertThat(rule.at("/annotations/summary").asText()).as(name).isNotBlank();
            assertThat(rule.at("/annotations/description").asText()).as(name).hasSizeGreaterThan(60);
            String anchor = name.toLowerCase(java.util.Locale.ROOT);
            assertThat(rule.at("/annotations/runbook_url").asText())
                    .as(name)
                    .endsWith("\"docs/runbook.md\" }}#" + anchor);
        }
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        YamlTree.read(ALERTS).at("/groups/0/rules").forEach(rules::add);
        assertThat(rules).hasSizeGreaterThan(10);
        return rules;
    }

    /** How many series a query yields; a query that Prometheus refuses fails the test. */
    private static int answers(String query) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(Pages.get(queries + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .body());
        if (answer.path("status").asText().equals("error")) {
            throw new AssertionError(query + ": " + answer.path("error").asText());
        }
        return answer.path("data").path("result").size();
    }
}
