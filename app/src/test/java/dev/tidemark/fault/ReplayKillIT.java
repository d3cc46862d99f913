package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.testkit.postgres.PostgresServer;

class ReplayKillIT extends ReplayKillContract {

    ReplayKillIT() {
        super(new PostgresSource(PostgresServer.start()));
    }
}
