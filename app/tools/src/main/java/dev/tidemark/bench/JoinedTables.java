package dev.tidemark.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Four tables of which a product's document is joined, all products of one brand: renamed, it concerns every document. */
final class JoinedTables {

    /** The field that holds the brand's name. */
    static final String BRAND = "brand";

    private static final int TAGS = 50;
    private static final String[] CREATE = {
        "DROP TABLE IF EXISTS products",
        "CREATE TABLE brands (id int PRIMARY KEY, name varchar(60) NOT NULL, country varchar(60))",
        "CREATE TABLE products (id int PRIMARY KEY, name varchar(200) NOT NULL, description varchar(300),"
                + " price decimal(10,2), stock int, rating double precision, brand_id int)",
        "CREATE TABLE tags (id int PRIMARY KEY, name varchar(60) NOT NULL)",
        "CREATE TABLE product_tags (product_id int, tag_id int, PRIMARY KEY (product_id, tag_id))",
        "CREATE INDEX products_brand ON products (brand_id)",
        "CREATE INDEX product_tags_tag ON product_tags (tag_id)",
        "INSERT INTO brands VALUES (1, 'The brand', 'Norway')",
    };
    private static final int ROWS_A_STATEMENT = 1_000;

    private final Workload workload;

    JoinedTables(Workload workload) {
        this.workload = workload;
    }

    void fill() throws SQLException {
        try (Connection connection = workload.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : CREATE) {
                statement.execute(sql);
            }
            connection.setAutoCommit(false);
            insert(statement, "tags", TAGS, id -> "(" + id + ", 'tag " + id + "')");
            insert(statement, "products", workload.rows(), JoinedTables::product);
            insert(
                    statement,
                    "product_tags",
                    workload.rows(),
                    id -> "(" + id + ", " + tag(id) + "), (" + id + ", " + tag(id + 1) + "), (" + id + ", "
                            + tag(id + 20) + ")");
            connection.commit();
        }
    }

    private interface Values {
        String of(int id);
    }

    private static void insert(Statement statement, String table, int last, Values values) throws SQLException {
        for (int first = 1; first <= last; first += ROWS_A_STATEMENT) {
            StringBuilder sql = new StringBuilder("INSERT INTO ").append(table).append(" VALUES ");
            for (int id = first; id <= last && id < first + ROWS_A_STATEMENT; id++) {
                sql.append(id == first ? "" : ", ").append(values.of(id));
            }
            statement.execute(sql.toString());
        }
    }

    private static String product(int id) {
        return "(" + id + ", 'Product number " + id + "', 'The product " + id
                + " is described in about one hundred characters, which are always the same: and so on, and so on.', "
                + id % 100_000 / 100.0 + ", " + id % 500 + ", " + id % 50 / 10.0 + ", 1)";
    }

    private static int tag(int number) {
        return 1 + number % TAGS;
    }

    /** Returns the query of the documents; {@code ids} is inserted as the list of the products' ids. */
    String query(String ids) {
        return "SELECT p.id, p.name, p.description, p.price, p.stock, p.rating, b.name AS " + BRAND
                + ", b.country, (SELECT " + workload.listed("t.name")
                + " FROM product_tags x JOIN tags t ON t.id = x.tag_id WHERE x.product_id = p.id) AS tags"
                + " FROM products p LEFT JOIN brands b ON b.id = p.brand_id WHERE p.id IN (" + ids + ")";
    }

    /** Returns the same query as a document of the configuration. */
    String document() {
        return "{table: " + workload.table() + ", query: \"" + query(":ids") + "\", dependsOn: ["
                + dependsOn("brands", "SELECT id FROM products WHERE brand_id = :id") + ", "
                + dependsOn("product_tags", ":product_id") + ", "
                + dependsOn("tags", "SELECT product_id FROM product_tags WHERE tag_id = :id") + "]}";
    }

    private String dependsOn(String table, String ids) {
        return "{table: " + workload.qualified(table) + ", ids: \"" + ids + "\"}";
    }

    /** Applies the change that concerns the documents of all products. */
    void rename(String brand) throws SQLException {
        try (Connection connection = workload.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE brands SET name = '" + brand + "' WHERE id = 1");
        }
    }

    /** Returns the query for the ids of the products whose documents that change concerns, as a bare loop would use it. */
    static String concerned() {
        return "SELECT id FROM products WHERE brand_id = 1 ORDER BY id";
    }
}
