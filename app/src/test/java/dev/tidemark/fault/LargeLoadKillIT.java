package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.testkit.postgres.PostgresServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
class LargeLoadKillIT extends LargeLoadKillContract {

    LargeLoadKillIT() {
        super(new PostgresSource(PostgresServer.start()));
    }
}
