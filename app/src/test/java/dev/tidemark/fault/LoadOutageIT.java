package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;

class LoadOutageIT extends LoadOutageContract {

    LoadOutageIT() {
        super(new PostgresSource(PostgresServer.start()));
    }

    @Override
    void impatient(Shop shop) {
        shop.sql(
                "ALTER ROLE postgres IN DATABASE " + shop.name() + " SET idle_in_transaction_session_timeout = '2s'",
                "ALTER ROLE postgres IN DATABASE " + shop.name() + " SET statement_timeout = '5s'");
    }
}
