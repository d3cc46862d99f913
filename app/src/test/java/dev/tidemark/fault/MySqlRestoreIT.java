package dev.tidemark.fault;

import dev.tidemark.backup.Manifest;
import dev.tidemark.contract.DumpThreads;
import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;

/** The restore drill on MySQL: the server keeps its binlog for a time, the backup the schema history. */
@Tag("long")
class MySqlRestoreIT extends RestoreContract {

    MySqlRestoreIT() {
        super(new MySqlSource(MySqlServer.start()));
    }

    @Override
    void losePosition(Shop shop, Manifest backup) {
        shop.sql(
                "FLUSH BINARY LOGS",
                "UPDATE products SET name = 'held' WHERE id = 30",
                "FLUSH BINARY LOGS",
                "PURGE BINARY LOGS BEFORE DATE_ADD(NOW(), INTERVAL 1 DAY)");
    }

    /** The files that one still reads would not be purged. */
    @Override
    void awaitNoReader(Shop shop) {
        try {
            DumpThreads.end(shop);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    String lost() {
        return "has purged transactions that were not taken up yet";
    }

    @Override
    int kept(Shop shop) {
        return 0;
    }

    @Override
    int keptForOne() {
        return 0;
    }
}
