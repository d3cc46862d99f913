package dev.tidemark.contract;

import dev.tidemark.testkit.mysql.MySqlServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same where a position is a file and a place in it. */
class MySqlXaWithoutGtidsIT extends XaContract {

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
