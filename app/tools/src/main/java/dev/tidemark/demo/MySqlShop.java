package dev.tidemark.demo;

import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The shop in a MySQL. */
final class MySqlShop implements ShopDatabase {

    private static final List<String> SCHEMA = List.of("""
            CREATE TABLE products (
              id          int PRIMARY KEY,
              name        varchar(200) NOT NULL,
              brand       varchar(100) NOT NULL,
              category    varchar(100) NOT NULL,
              tags        json NOT NULL,
              description text,
              price       decimal(10,2) NOT NULL,
              stock       int NOT NULL,
              rating      decimal(3,1),
              available   boolean NOT NULL,
              attributes  json NOT NULL,
              created_at  timestamp NOT NULL)
            """, """
            CREATE TABLE customers (
              id        bigint PRIMARY KEY,
              name      varchar(200) NOT NULL,
              email     varchar(200) NOT NULL,
              city      varchar(100) NOT NULL,
              place     point NOT NULL,
              orders    int NOT NULL,
              spent     decimal(12,2) NOT NULL,
              vip       boolean NOT NULL,
              joined_on date NOT NULL,
              note      text)
            """);

    private static final Map<String, String> EXPECTED = Map.of("products", """
            SELECT json_object('id', cast(id AS char), 'name', name, 'brand', brand, 'category', category,
              'tags', tags, 'description', description, 'price', price, 'stock', stock, 'rating', rating,
              'available', cast(if(available, 'true', 'false') AS json), 'attributes', attributes,
              'created_at', unix_timestamp(created_at)) FROM products
            """, "customers", """
            SELECT json_object('id', cast(id AS char), 'name', name, 'email', email, 'city', city,
              'place', json_array(ST_Y(place), ST_X(place)), 'orders', orders, 'spent', spent,
              'vip', cast(if(vip, 'true', 'false') AS json),
              'joined_on', timestampdiff(second, '1970-01-01', joined_on), 'note', note) FROM customers
            """);

    /** A shop of a minute need not survive a crash, and fifty transactions a second cost a slow disk much. */
    private final MySqlServer server = MySqlServer.start("--sync-binlog=0", "--innodb-flush-log-at-trx-commit=2");

    MySqlShop() {
        server.createDatabase(DATABASE);
    }

    @Override
    public String name() {
        return "MySQL";
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url() + "&rewriteBatchedStatements=true&useAffectedRows=true");
    }

    private String url() {
        return server.jdbcUrl(DATABASE) + "?user=" + server.user() + "&password=" + server.password();
    }

    @Override
    public List<String> schema() {
        return SCHEMA;
    }

    @Override
    public String insertProduct() {
        return """
                INSERT IGNORE INTO products VALUES
                  (?, ?, ?, ?, concat('["', replace(?, ',', '","'), '"]'), ?, ?, ?, ?, ?, ?, ?)
                """;
    }

    @Override
    public String insertCustomer() {
        return "INSERT IGNORE INTO customers VALUES (?, ?, ?, ?, point(?, ?), ?, ?, ?, ?, ?)";
    }

    @Override
    public String analyze() {
        return "ANALYZE TABLE products, customers";
    }

    @Override
    public String random() {
        return "rand()";
    }

    @Override
    public String expected(String table) {
        return String.valueOf(EXPECTED.get(table));
    }

    @Override
    public void allow(String password) {
        server.execute(
                DATABASE,
                "CREATE USER 'tidemark'@'%' IDENTIFIED BY '" + password + "'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'tidemark'@'%'",
                "GRANT SELECT ON shop.products TO 'tidemark'@'%'",
                "GRANT SELECT ON shop.customers TO 'tidemark'@'%'");
    }

    @Override
    public String source(String password) {
        return "mysql: { host: %s, port: %d, user: tidemark, password: %s }"
                .formatted(server.host(), server.port(), password);
    }

    @Override
    public String qualified(String table) {
        return DATABASE + "." + table;
    }

    @Override
    public List<String> clients() {
        return List.of(
                "MYSQL_PWD=" + server.password() + " mysql -h " + server.host() + " -P " + server.port() + " -u "
                        + server.user() + " " + DATABASE,
                url());
    }

    @Override
    public void close() {
        server.close();
    }
}
