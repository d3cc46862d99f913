package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("long")
class MySqlBackupKillIT extends BackupKillContract {

    MySqlBackupKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }

    /** The server keeps its binlog for a time, whoever reads it. */
    @Override
    List<String> kept(Shop shop) {
        return List.of();
    }

    @Override
    void assertMetrics(String metrics, int kept) {
        assertThat(metrics).contains("tidemark_lag_seconds").doesNotContain("tidemark_backup_");
    }
}
