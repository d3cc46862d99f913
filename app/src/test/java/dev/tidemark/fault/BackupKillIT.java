package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.util.List;

class BackupKillIT extends BackupKillContract {

    BackupKillIT() {
        super(new PostgresSource(PostgresServer.start()));
    }

    @Override
    List<String> kept(Shop shop) {
        // What the server began for a command that was killed it brings to its end.
        await().until(() -> shop.rows("SELECT json_build_object('id', pid) AS doc FROM pg_stat_activity WHERE"
                        + " state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%pg_copy_logical_%'")
                .isEmpty());
        return List.copyOf(shop.rows(
                        "SELECT json_build_object('id', slot_name) AS doc FROM pg_replication_slots WHERE slot_name LIKE '"
                                + shop.slot() + "\\_b%'")
                .keySet());
    }

    @Override
    void assertMetrics(String metrics, int kept) {
        assertThat(metrics)
                .containsPattern("(?m)^tidemark_backup_slots\\{[^}]*} " + kept + "\\.0$")
                .containsPattern("(?m)^tidemark_backup_slots_lost\\{[^}]*} 0\\.0$")
                .containsPattern("(?m)^tidemark_backup_retained_bytes\\{[^}]*} " + (kept == 0 ? "0\\.0$" : "[1-9]"));
    }
}
