package dev.tidemark.fault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Two tables of a shop, {@code products} and {@code orders}, and random work on them: inserts, updates, deletes, changes of
 * primary keys, bulk loads, truncates, long transactions, ones that are rolled back, and what only one kind of database has.
 */
abstract class Load extends RandomWork {

    /** Makes the tables and configures their documents. */
    Load(Shop shop, long seed, String... tables) {
        super(shop, seed, Duration.ofMillis(15)); // a few thousand changes a second
        shop.sql(tables);
        shop.document("products").document("orders");
    }

    static Load on(Shop shop, long seed) {
        return shop.source() instanceof MySqlSource ? new MySqlLoad(shop, seed) : new PostgresLoad(shop, seed);
    }

    /** One more statement. */
    abstract String step();

    /** The documents that the products should be, as {@link Shop#rows} takes them. */
    abstract String products();

    abstract String orders();

    @Override
    void transaction(Statement statement) throws SQLException {
        few(statement, this::step);
    }

    @Override
    void assertAsMany() {
        shop.assertAsMany("products", products());
        shop.assertAsMany("orders", orders());
    }

    @Override
    int assertEqual() {
        return same("products", products()) + same("orders", orders());
    }

    private int same(String table, String query) {
        Map<String, JsonNode> rows = shop.rows(query);
        Map<String, JsonNode> documents = shop.documents(table);
        Set<String> missing = new LinkedHashSet<>(rows.keySet());
        missing.removeAll(documents.keySet());
        Set<String> extra = new LinkedHashSet<>(documents.keySet());
        extra.removeAll(rows.keySet());
        long different = rows.entrySet().stream()
                .filter(row -> documents.containsKey(row.getKey()))
                .filter(row -> !row.getValue().equals(documents.get(row.getKey())))
                .count();
        if (missing.size() + extra.size() + different > 0) {
            throw new AssertionError(
                    table + ": missing " + some(missing) + ", extra " + some(extra) + ", different " + different);
        }
        return rows.size();
    }

    private static String some(Set<String> ids) {
        return ids.size() + " " + ids.stream().limit(5).toList();
    }
}
