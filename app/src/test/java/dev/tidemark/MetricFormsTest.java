package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.golden.Golden;
import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.DebeziumGauges;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.metrics.RuntimeGauges;
import dev.tidemark.pipeline.PipelineView;
import dev.tidemark.queue.ChangeQueue;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names, types and labels of all metrics, and the names of all alerts. */
class MetricFormsTest {

    private static final Pattern DOCUMENTED = Pattern.compile("^\\| `(tidemark_[a-z_]+)`", Pattern.MULTILINE);
    private static final Pattern GAUGE_OF_A_CONNECTOR = Pattern.compile("tidemark_(slot|backup)_.*");
    private static final Pattern MADE_BY_SERVICE = Pattern.compile("tidemark_run_info");
    private static final TableId TABLE = new TableId("public", "products");

    private static String scrape(Path directory) throws Exception {
        PrometheusMeterRegistry registry = RuntimeGauges.registry();
        try (RuntimeGauges runtime = RuntimeGauges.bind(registry, "shop", directory)) {
            PipelineMetrics metrics = new PipelineMetrics(registry, "shop");
            PipelineView view = new PipelineView(
                    "shop",
                    new PipelineStatus.Service("1", "2026-11-21T18:03:10Z", 0, "postgres db:5432/shop", List.of()),
                    new GoldenConnector(),
                    new ChangeQueue(10, 1_000),
                    new Health(),
                    metrics);
            DebeziumGauges.bind(registry, "postgres", "shop");
            metrics.changes(TABLE, "insert", 1);
            metrics.documents("products", "upsert", "ok", 1);
            metrics.updatesSkipped("products", 1);
            metrics.joinQuery("products", "documents", 1);
            metrics.filtered(TABLE, 1);
            metrics.invalid(TABLE, 1);
            metrics.coalesced(1);
            metrics.retry("timeout");
            metrics.deadLetters("products", 1);
            metrics.deadLettersPending("products", 1);
            metrics.deadLetterReplayed("products", "settled");
            metrics.deadLettersDiscarded("products", 1);
            metrics.flushed(1, 1);
            metrics.endToEnd(1);
            metrics.offsetCommitted();
            metrics.sourceRestarted();
            metrics.loads().rows(TABLE, 1);
            metrics.loads().restarted(TABLE, "truncate");
            metrics.loads().running(() -> true);
            metrics.verify().documents("products", "equal", 1);
            metrics.verify().verified("products");
            metrics.doubts().register(TABLE, "gap", () -> true);
            metrics.snapshotRows(1);
            metrics.tableSnapshots(TABLE);
            metrics.tableSnapshotEnded(TABLE, "done");
            metrics.snapshotRunning(true);
            String scraped = registry.scrape();
            assertThat(view).isNotNull(); // the gauges read it
            assertThat(runtime).isNotNull();
            return scraped;
        }
    }

    @Test
    void names_areFrozen(@TempDir Path directory) throws Exception {
        String scraped = scrape(directory);
        Set<String> forms = new TreeSet<>();
        Matcher types = Pattern.compile("^# TYPE (tidemark_\\S+) (\\S+)$", Pattern.MULTILINE)
                .matcher(scraped);
        while (types.find()) {
            Set<String> labels = Pattern.compile(
                            "^" + types.group(1) + "(?:_bucket|_count|_sum|_max)?\\{(.*)} \\S+$", Pattern.MULTILINE)
                    .matcher(scraped)
                    .results()
                    .flatMap(sample -> Pattern.compile("(\\w+)=\"")
                            .matcher(sample.group(1))
                            .results())
                    .map(label -> label.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            forms.add(types.group(1) + " " + types.group(2) + " " + labels);
        }
        Golden.assertEquals("metrics.txt", String.join("\n", forms));
        Golden.assertEquals(
                "metrics-not-ready.txt",
                Pattern.compile("^tidemark_not_ready\\{part=\"(\\w+)\"", Pattern.MULTILINE)
                        .matcher(scraped)
                        .results()
                        .map(part -> part.group(1))
                        .sorted()
                        .collect(Collectors.joining("\n")));
    }

    @Test
    void documentedNames_areAmongThem(@TempDir Path directory) throws Exception {
        String scraped = scrape(directory);
        List<String> documented = DOCUMENTED
                .matcher(Files.readString(Path.of("../docs/reference/metrics.md")))
                .results()
                .map(name -> name.group(1))
                .filter(name -> !GAUGE_OF_A_CONNECTOR.matcher(name).matches()
                        && !MADE_BY_SERVICE.matcher(name).matches())
                .toList();
        assertThat(documented).hasSizeGreaterThan(25);
        assertThat(documented).allSatisfy(name -> assertThat(scraped).contains(name));
    }

    @Test
    void alerts_areFrozen() throws Exception {
        String rules = Files.readString(Path.of("../compose/prometheus/alerts.yml"));
        Golden.assertEquals(
                "alerts.txt",
                Pattern.compile("^ *- alert: (\\w+)$", Pattern.MULTILINE)
                        .matcher(rules)
                        .results()
                        .map(alert -> alert.group(1))
                        .sorted()
                        .collect(Collectors.joining("\n")));
    }
}
