package dev.tidemark.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.Health;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** Names that dashboards and alerts outside of this repository rely on. */
class MetricNamesTest {

    private final PrometheusMeterRegistry registry = RuntimeGauges.registry();

    @Test
    void scrape_hasTheNamesOfTheInterface() {
        PipelineMetrics metrics = new PipelineMetrics(registry, "shop");
        metrics.changes(new TableId("public", "products"), "insert", 3);
        metrics.documents("products", "upsert", "ok", 2);
        metrics.updatesSkipped("products", 6);
        metrics.filtered(new TableId("public", "products"), 8);
        metrics.invalid(new TableId("public", "products"), 10);
        metrics.coalesced(1);
        metrics.joinQuery("products", "documents", 8);
        metrics.flushed(1_000_000, 5);
        metrics.endToEnd(20);
        metrics.retry("timeout");
        metrics.deadLetters("products", 1);
        metrics.deadLettersPending("products", 4);
        metrics.deadLetterReplayed("products", "settled");
        metrics.deadLettersDiscarded("products", 2);
        metrics.offsetCommitted();
        metrics.sourceRestarted();
        metrics.loads().rows(new TableId("public", "products"), 7);
        metrics.loads().restarted(new TableId("public", "products"), "truncate");
        metrics.loads().running(() -> true);
        metrics.snapshotRows(7);
        metrics.snapshotRunning(true);
        metrics.tableSnapshots(new TableId("public", "products"));
        metrics.tableSnapshotEnded(new TableId("public", "products"), "done");
        metrics.gauge("tidemark.queue.changes", "", this, it -> 9);
        Health health = new Health();
        health.set(Health.Part.DEAD_LETTERS, new Health.Condition("full", ""));
        metrics.health(health);
        assertThat(registry.scrape())
                .contains(
                        "tidemark_not_ready{part=\"dead_letters\",pipeline=\"shop\"} 1.0",
                        "tidemark_not_ready{part=\"flush\",pipeline=\"shop\"} 0.0",
                        "tidemark_changes_total{op=\"insert\",pipeline=\"shop\",table=\"public.products\"} 3.0",
                        "tidemark_documents_total{action=\"upsert\",collection=\"products\",outcome=\"ok\",pipeline=\"shop\"}"
                                + " 2.0",
                        "tidemark_updates_skipped_total{collection=\"products\",pipeline=\"shop\"} 6.0",
                        "tidemark_filtered_total{pipeline=\"shop\",table=\"public.products\"} 8.0",
                        "tidemark_join_queries_total{collection=\"products\",pipeline=\"shop\",what=\"documents\"} 8.0",
                        "tidemark_invalid_total{pipeline=\"shop\",table=\"public.products\"} 10.0",
                        "tidemark_coalesced_total{pipeline=\"shop\"} 1.0",
                        "# TYPE tidemark_flush_seconds histogram",
                        "tidemark_flush_seconds_count{pipeline=\"shop\"} 1",
                        "tidemark_flush_documents_sum{pipeline=\"shop\"} 5.0",
                        "# TYPE tidemark_end_to_end_seconds histogram",
                        "tidemark_retries_total{pipeline=\"shop\",reason=\"timeout\"} 1.0",
                        "tidemark_dead_letters_total{collection=\"products\",pipeline=\"shop\"} 1.0",
                        "tidemark_dead_letters_pending{collection=\"products\",pipeline=\"shop\"} 4.0",
                        "tidemark_dead_letter_replays_total{collection=\"products\",outcome=\"settled\",pipeline=\"shop\"} 1.0",
                        "tidemark_dead_letters_discarded_total{collection=\"products\",pipeline=\"shop\"} 2.0",
                        "tidemark_offset_commits_total{pipeline=\"shop\"} 1.0",
                        "tidemark_source_restarts_total{pipeline=\"shop\"} 1.0",
                        "tidemark_load_rows_total{pipeline=\"shop\",table=\"public.products\"} 7.0",
                        "tidemark_load_restarts_total{pipeline=\"shop\",reason=\"truncate\",table=\"public.products\"} 1.0",
                        "tidemark_load_running{pipeline=\"shop\"} 1.0",
                        "tidemark_snapshot_rows_total{pipeline=\"shop\"} 7.0",
                        "tidemark_snapshot_tables_total{outcome=\"done\",pipeline=\"shop\",table=\"public.products\"} 1.0",
                        "tidemark_snapshot_tables_total{outcome=\"failed\",pipeline=\"shop\",table=\"public.products\"} 0.0",
                        "tidemark_snapshot_running{pipeline=\"shop\"} 1.0",
                        "tidemark_queue_changes{pipeline=\"shop\"} 9.0");
    }

    @Test
    void sourceGauges_haveAHelpTextEach() {
        assertThat(List.of(
                                "tidemark_slot_ok",
                                "tidemark_slot_retained_bytes",
                                "tidemark_slot_safe_bytes",
                                "tidemark_backup_slots",
                                "tidemark_backup_slots_lost",
                                "tidemark_backup_retained_bytes")
                        .stream()
                        .map(SourceGauges::help))
                .doesNotHaveDuplicates()
                .allSatisfy(help -> assertThat(help).hasSizeGreaterThan(20).doesNotStartWith("The database's "));
    }

    /** What a Debezium bean looks like from outside. */
    public interface FakeMetricsMBean {
        long getMilliSecondsBehindSource();

        boolean isConnected();
    }

    /** A bean with two of Debezium's attributes. */
    public static final class FakeMetrics implements FakeMetricsMBean {
        @Override
        public long getMilliSecondsBehindSource() {
            return 42;
        }

        @Override
        public boolean isConnected() {
            return true;
        }
    }

    @Test
    void debezium_isReadWhereItsBeanIs_andZeroElsewhere() throws Exception {
        ObjectName name = new ObjectName("debezium.postgres:type=connector-metrics,context=streaming,server=names");
        ManagementFactory.getPlatformMBeanServer().registerMBean(new FakeMetrics(), name);
        try {
            DebeziumGauges.bind(registry, "postgres", "names");
            assertThat(registry.scrape())
                    .contains(
                            "tidemark_debezium_behind_source_seconds{pipeline=\"names\"} 0.042",
                            "tidemark_debezium_connected{pipeline=\"names\"} 1.0",
                            "tidemark_debezium_snapshot_tables_remaining{pipeline=\"names\"} 0.0");
        } finally {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        }
    }
}
