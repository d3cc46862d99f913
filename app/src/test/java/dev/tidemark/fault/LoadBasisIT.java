package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.io.IOException;

class LoadBasisIT extends LoadBasisContract {

    LoadBasisIT() throws IOException {
        super(new PostgresSource(PostgresServer.shared()));
    }

    @Override
    void losePosition(Shop shop) {
        shop.source().forget(shop.name());
    }
}
