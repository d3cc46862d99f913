package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.testkit.MySqlServer;

class MySqlIdKillIT extends IdKillContract {

    MySqlIdKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }
}
