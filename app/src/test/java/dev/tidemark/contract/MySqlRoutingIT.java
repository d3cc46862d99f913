package dev.tidemark.contract;

import dev.tidemark.testkit.MySqlServer;
import dev.tidemark.testkit.TypesenseServer;

class MySqlRoutingIT extends RoutingContract {

    @Override
    Shop open() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }

    @Override
    String exactText() {
        return "varchar(200) COLLATE utf8mb4_0900_bin"; // without padding
    }

    @Override
    String[] tellRowsBefore(String table) {
        return new String[0];
    }
}
