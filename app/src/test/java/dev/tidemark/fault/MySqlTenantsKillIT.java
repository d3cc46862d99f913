package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.testkit.MySqlServer;

class MySqlTenantsKillIT extends TenantsKillContract {

    MySqlTenantsKillIT() {
        super(new MySqlSource(MySqlServer.start()));
    }
}
