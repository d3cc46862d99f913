package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A compressed transaction (binlog_transaction_compression) of which the events take more memory than the heap has. */
@Tag("long")
class CompressedTransactionIT {

    private static final int ROWS = Integer.getInteger("tidemark.compressed.rows", 150_000);
    private static final String COMPRESSED = "SELECT sum(transaction_counter) FROM"
            + " performance_schema.binary_log_transaction_compression_stats WHERE compression_type = 'ZSTD'";

    @Test
    void compressedTransaction_isInflatedWhileItIsRead() throws Exception {
        try (Shop shop = new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared())) {
            WideRows rows = new WideRows(shop);
            rows.create("pages");
            shop.sql("CREATE TABLE other (id INT PRIMARY KEY, kind INT)", "INSERT INTO pages VALUES (0, 'first', 9)");
            shop.document("pages", WideRows.fields(""));
            shop.document("other");
            try (Service service = rows.run("256m")) {
                rows.await("pages", "kind:=9", service, 1);
                long began = System.nanoTime();
                transaction(shop);
                rows.await("pages", "kind:=1", service, ROWS - 2 * ROWS / 1000);
                rows.await("pages", "kind:=2", service, ROWS / 1000);
                rows.await("other", "kind:=5", service, ROWS / 1000);
                WideRowsContract.figures("compressed transaction", ROWS, began, service);
                // What follows is read as ever.
                shop.sql("UPDATE pages SET kind = 10 WHERE id = 0");
                rows.await("pages", "kind:=10", service, 1);
                assertThat(shop.documentOf("pages", "2").get("body").asText()).hasSize(1_024);
            }
        }
    }

    private static void transaction(Shop shop) throws SQLException {
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION binlog_transaction_compression = ON");
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO pages SELECT i, repeat('x', 1024), 1 FROM "
                    + shop.source().numbers(ROWS));
            statement.execute("UPDATE pages SET kind = 2 WHERE id % 1000 = 7");
            statement.execute("INSERT INTO other SELECT id, 5 FROM pages WHERE kind = 2");
            statement.execute("DELETE FROM pages WHERE id % 1000 = 8");
            connection.commit();
            try (ResultSet compressed = statement.executeQuery(COMPRESSED)) {
                compressed.next();
                assertThat(compressed.getLong(1)).isPositive();
            }
        }
    }
}
