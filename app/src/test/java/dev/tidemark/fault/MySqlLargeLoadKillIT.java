package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.testkit.mysql.MySqlServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
class MySqlLargeLoadKillIT extends LargeLoadKillContract {

    /** The server counts what is read. */
    MySqlLargeLoadKillIT() {
        super(new MySqlSource(MySqlServer.start("--performance-schema=ON")));
    }
}
