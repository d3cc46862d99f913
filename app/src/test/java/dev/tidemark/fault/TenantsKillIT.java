package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.testkit.PostgresServer;

class TenantsKillIT extends TenantsKillContract {

    TenantsKillIT() {
        super(new PostgresSource(PostgresServer.start()), "ALTER TABLE items REPLICA IDENTITY FULL");
    }
}
