package dev.tidemark.contract;

import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;

class MySqlLoadIT extends LoadContract {

    @Override
    Shop database() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }
}
