package dev.tidemark.demo;

import dev.tidemark.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The shop in a Postgres. */
final class PostgresShop implements ShopDatabase {

    private static final List<String> SCHEMA = List.of("""
            CREATE TABLE products (
              id          integer PRIMARY KEY,
              name        text NOT NULL,
              brand       text NOT NULL,
              category    text NOT NULL,
              tags        text[] NOT NULL,
              description text,
              price       numeric(10,2) NOT NULL,
              stock       integer NOT NULL,
              rating      numeric(3,1),
              available   boolean NOT NULL,
              attributes  jsonb NOT NULL,
              created_at  timestamptz NOT NULL)
            """, """
            CREATE TABLE customers (
              id        bigint PRIMARY KEY,
              name      text NOT NULL,
              email     text NOT NULL,
              city      text NOT NULL,
              place     point NOT NULL,
              orders    integer NOT NULL,
              spent     numeric(12,2) NOT NULL,
              vip       boolean NOT NULL,
              joined_on date NOT NULL,
              note      text)
            """);

    private static final Map<String, String> EXPECTED = Map.of("products", """
            SELECT json_build_object('id', id::text, 'name', name, 'brand', brand, 'category', category,
              'tags', tags, 'description', description, 'price', price, 'stock', stock, 'rating', rating,
              'available', available, 'attributes', attributes,
              'created_at', floor(extract(epoch FROM created_at))::bigint) FROM products
            """, "customers", """
            SELECT json_build_object('id', id::text, 'name', name, 'email', email, 'city', city,
              'place', json_build_array(place[1], place[0]), 'orders', orders, 'spent', spent, 'vip', vip,
              'joined_on', extract(epoch FROM joined_on)::bigint, 'note', note) FROM customers
            """);

    private final PostgresServer server = PostgresServer.start();

    PostgresShop() {
        server.createDatabase(DATABASE);
    }

    @Override
    public String name() {
        return "Postgres";
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect(DATABASE);
    }

    @Override
    public List<String> schema() {
        return SCHEMA;
    }

    @Override
    public String insertProduct() {
        return """
                INSERT INTO products VALUES (?, ?, ?, ?, string_to_array(?, ','), ?, ?, ?, ?, ?, ?::jsonb, ?)
                ON CONFLICT DO NOTHING
                """;
    }

    @Override
    public String insertCustomer() {
        return """
                INSERT INTO customers VALUES (?, ?, ?, ?, point(?, ?), ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """;
    }

    @Override
    public String analyze() {
        return "ANALYZE";
    }

    @Override
    public String random() {
        return "random()::numeric";
    }

    @Override
    public String expected(String table) {
        return String.valueOf(EXPECTED.get(table));
    }

    @Override
    public void allow(String password) {
        server.execute(
                DATABASE,
                "CREATE ROLE tidemark REPLICATION LOGIN PASSWORD '" + password + "'",
                "GRANT USAGE ON SCHEMA public TO tidemark",
                "GRANT SELECT ON public.products, public.customers TO tidemark",
                "CREATE PUBLICATION tidemark_demo FOR TABLE public.products, public.customers");
    }

    @Override
    public String source(String password) {
        return "postgres: { host: %s, port: %d, database: %s, user: tidemark, password: %s }"
                .formatted(server.host(), server.port(), DATABASE, password);
    }

    @Override
    public String qualified(String table) {
        return "public." + table;
    }

    @Override
    public List<String> clients() {
        return List.of(
                "PGPASSWORD=" + server.password() + " psql -h " + server.host() + " -p " + server.port() + " -U "
                        + server.user() + " " + DATABASE,
                server.jdbcUrl(DATABASE) + "?user=" + server.user() + "&password=" + server.password());
    }

    @Override
    public void close() {
        server.close();
    }
}
