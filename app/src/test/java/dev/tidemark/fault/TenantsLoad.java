package dev.tidemark.fault;

import dev.tidemark.contract.Shop;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * A table whose rows belong to tenants, each with a collection of its own; above all, rows that move from one to another, alone
 * and in crowds.
 */
final class TenantsLoad extends RandomWork {

    private static final List<String> TENANTS = List.of("a", "b", "c", "d", "e");

    TenantsLoad(Shop shop, long seed) {
        super(shop, seed, Duration.ofMillis(15));
        shop.sql("CREATE TABLE items (id int PRIMARY KEY, tenant varchar(40) NOT NULL, name varchar(100), n int)");
        shop.sql(shop.source().tellRowsBefore("items"));
        shop.sql("INSERT INTO items SELECT i, 'a', concat('item ', i), i FROM "
                + shop.source().numbers(400));
        shop.documentBy("items", "'items_' + row.tenant");
    }

    @Override
    void transaction(Statement statement) throws SQLException {
        few(statement, this::step);
    }

    private String tenant() {
        return "'" + TENANTS.get(random.nextInt(TENANTS.size())) + "'";
    }

    private String step() {
        int id = random.nextInt(600);
        int to = id + random.nextInt(30);
        int kind = random.nextInt(100);
        if (kind < 35) {
            return "UPDATE items SET tenant = " + tenant() + " WHERE id BETWEEN " + id + " AND " + to;
        } else if (kind < 45) {
            return "UPDATE items SET tenant = " + tenant() + ", name = 'moved' WHERE id = " + id;
        } else if (kind < 60) {
            return "UPDATE items SET n = n + 1 WHERE id BETWEEN " + id + " AND " + to;
        } else if (kind < 72) {
            return "DELETE FROM items WHERE id BETWEEN " + id + " AND " + (id + 3);
        } else if (kind < 78) {
            return "UPDATE items SET id = id + 1000, tenant = " + tenant() + " WHERE id = " + id
                    + " AND NOT EXISTS (SELECT 1 FROM (SELECT id FROM items) x WHERE x.id = " + (id + 1000) + ")";
        } else if (kind < 99) {
            return "INSERT INTO items SELECT " + id + ", " + tenant() + ", 'fresh', " + random.nextInt(1000)
                    + " WHERE NOT EXISTS (SELECT 1 FROM (SELECT id FROM items) x WHERE x.id = " + id + ")";
        }
        return random.nextInt(4) == 0 ? "DELETE FROM items WHERE tenant = 'e'" : "DELETE FROM items WHERE id > 1000";
    }

    @Override
    void assertAsMany() {
        tenants().forEach(tenant -> shop.assertAsMany("items_" + tenant, rows(tenant)));
    }

    /** Each row is a document of its tenant's collection, and of no other. */
    @Override
    int assertEqual() {
        return tenants().stream()
                .mapToInt(tenant -> shop.assertEqual("items_" + tenant, rows(tenant)))
                .sum();
    }

    /** Those that have a collection, and those that should have one. */
    private List<String> tenants() {
        return TENANTS.stream()
                .filter(tenant -> shop.has("items_" + tenant) || !shop.isEmpty(rows(tenant)))
                .toList();
    }

    private static String rows(String tenant) {
        return "SELECT id, tenant, name, n FROM items WHERE tenant = '" + tenant + "'";
    }
}
