package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.testkit.PostgresServer;

class IdKillIT extends IdKillContract {

    IdKillIT() {
        super(new PostgresSource(PostgresServer.start()));
    }
}
