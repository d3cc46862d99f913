package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.testkit.PostgresServer;

class JoinedKillIT extends JoinedKillContract {

    JoinedKillIT() {
        super(new PostgresSource(PostgresServer.start()));
    }
}
