package dev.tidemark.contract;

import dev.tidemark.testkit.MySqlServer;
import dev.tidemark.testkit.TypesenseServer;

class MySqlRoutingIT extends RoutingContract {

    @Override
    Shop open() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }

    @Override
    String[] tellRowsBefore(String table) {
        return new String[0];
    }
}
