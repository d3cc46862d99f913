package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.testkit.MySqlServer;

class MySqlReplayKillIT extends ReplayKillContract {

    MySqlReplayKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }
}
