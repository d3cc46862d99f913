package dev.tidemark.contract;

import dev.tidemark.testkit.mysql.MySqlServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * The same where the server has no GTIDs: a position is a file and a place in it. What becomes of a row once it is read is the same
 * there, and is not shown a third time.
 */
@Tag("long")
class MySqlWithoutGtidsContractIT extends MySqlContractIT {

    private static MySqlServer withoutGtids;

    @BeforeAll
    static void start() {
        withoutGtids = MySqlServer.start("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
    }

    @AfterAll
    static void stop() {
        withoutGtids.close();
    }

    @Override
    SourceServer server() {
        return new MySqlSource(withoutGtids);
    }
}
