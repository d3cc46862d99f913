package dev.tidemark.contract;

import dev.tidemark.testkit.MySqlServer;
import dev.tidemark.testkit.TypesenseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The API on MySQL. */
class MySqlAdminIT extends AdminContract {

    @Override
    Shop database() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }

    @Override
    void divideUnseen(Shop shop) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_log_bin = 0");
            statement.execute("UPDATE counts SET n = n DIV 1000");
        }
    }
}
