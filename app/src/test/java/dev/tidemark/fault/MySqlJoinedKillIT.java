package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.testkit.MySqlServer;

class MySqlJoinedKillIT extends JoinedKillContract {

    MySqlJoinedKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }
}
