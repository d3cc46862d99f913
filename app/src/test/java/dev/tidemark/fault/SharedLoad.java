package dev.tidemark.fault;

import dev.tidemark.contract.Shop;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Two tables whose rows share one collection, and a third whose deleted rows take documents of both with them: what goes
 * there by {@code ON DELETE CASCADE} MySQL does not tell, so its documents go by the filter alone.
 */
final class SharedLoad extends RandomWork {

    private static final int TENANTS = 8;
    private static final int IDS = 3000;
    private static final int MANY = 60;
    private static final String ITEMS = "SELECT concat('eu:', id) AS id, tenant_id, name, n FROM eu UNION ALL SELECT"
            + " concat('us:', id), tenant_id, name, n FROM us";

    SharedLoad(Shop shop, long seed) {
        super(shop, seed, Duration.ofMillis(10));
        shop.sql(
                "CREATE TABLE tenants (id int PRIMARY KEY, name varchar(20))",
                "INSERT INTO tenants SELECT i, 'tenant' FROM " + shop.source().numbers(TENANTS));
        for (String table : new String[] {"eu", "us"}) {
            shop.sql(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, tenant_id int, name varchar(40) NOT NULL, n int,"
                            + " FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE)",
                    "INSERT INTO " + table + " SELECT i, 1 + i % " + TENANTS + ", 'first', i FROM "
                            + shop.source().numbers(1000));
            shop.documentIn(
                    table,
                    "items",
                    "idPrefix: '" + table + ":'",
                    "deleteWhere: { table: " + shop.source().qualified(shop.name(), "tenants")
                            + ", filter: \"tenant_id:=:id\" }");
        }
    }

    @Override
    void transaction(Statement statement) throws SQLException {
        few(statement, this::step);
    }

    private String step() {
        String table = random.nextBoolean() ? "eu" : "us";
        int id = random.nextInt(IDS);
        String some = " WHERE id BETWEEN " + id + " AND " + (id + random.nextInt(MANY));
        return switch (random.nextInt(20)) {
            case 0 -> "DELETE FROM tenants WHERE id = " + tenant();
            case 1, 2, 3 -> missingTenant();
            case 4, 5, 6, 7, 8 -> missingItems(table, id);
            case 9, 10, 11, 12 ->
                "UPDATE " + table + " SET name = 'changed " + random.nextInt(1000) + "', n = "
                        + (random.nextBoolean() ? "NULL" : "n + 1") + some;
            case 13, 14, 15 ->
                "UPDATE " + table + " SET tenant_id = (SELECT id FROM tenants WHERE id = " + tenant() + ")" + some;
            case 16 -> "UPDATE " + table + " SET id = id + " + IDS + some;
            case 17, 18 -> "DELETE FROM " + table + some;
            default ->
                random.nextInt(20) == 0 ? "TRUNCATE TABLE " + table : "DELETE FROM " + table + " WHERE id > " + IDS;
        };
    }

    private int tenant() {
        return 1 + random.nextInt(TENANTS);
    }

    private String missingTenant() {
        int id = tenant();
        return "INSERT INTO tenants SELECT " + id + ", 'again' FROM (SELECT 1 AS one) o WHERE NOT EXISTS (SELECT 1 FROM"
                + " tenants WHERE id = " + id + ")";
    }

    /** Some rows of a tenant that is there, where their ids are free. */
    private String missingItems(String table, int from) {
        String id = "i + " + from;
        return "INSERT INTO " + table + " (id, tenant_id, name, n) SELECT " + id + ", t.id, 'new', i FROM "
                + shop.source().numbers(MANY) + ", tenants t WHERE t.id = " + tenant()
                + " AND NOT EXISTS (SELECT 1 FROM " + table + " there WHERE there.id = " + id + ")";
    }

    @Override
    void assertAsMany() {
        shop.assertAsMany("items", ITEMS);
    }

    @Override
    int assertEqual() {
        return shop.assertEqual("items", ITEMS);
    }
}
