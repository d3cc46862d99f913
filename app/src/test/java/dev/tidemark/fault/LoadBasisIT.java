package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;

class LoadBasisIT extends LoadBasisContract {

    LoadBasisIT() {
        super(new PostgresSource(PostgresServer.shared()));
    }

    @Override
    void losePosition(Shop shop) {
        shop.source().forget(shop.name());
    }
}
