package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.testkit.postgres.PostgresServer;

class KillIT extends KillContract {

    KillIT() {
        super(new PostgresSource(PostgresServer.start()));
    }
}
