package dev.tidemark.contract;

import java.sql.Connection;
import java.sql.Statement;

class MySqlGuardIT extends GuardContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }

    @Override
    void loseRows(Shop shop) throws Exception {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_log_bin = 0");
            statement.execute("DELETE FROM items");
        }
    }
}
