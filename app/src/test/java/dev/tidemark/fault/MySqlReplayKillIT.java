package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.testkit.mysql.MySqlServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
class MySqlReplayKillIT extends ReplayKillContract {

    MySqlReplayKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }
}
