package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

class LoadKillIT extends LoadKillContract {

    LoadKillIT() {
        super(new PostgresSource(PostgresServer.start()));
    }

    /** The slot, which was created at that end of the log. */
    @Override
    @Nullable
    Object created(Shop shop) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet slot =
                        statement.executeQuery("SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE"
                                + " slot_name = '" + shop.slot() + "' AND confirmed_flush_lsn IS NOT NULL")) {
            return slot.next() ? slot.getString(1) : null;
        }
    }
}
