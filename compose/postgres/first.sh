# Sourced once by the image's entry point, when the data folder is empty.
psql -v ON_ERROR_STOP=1 --username postgres --dbname "$POSTGRES_DB" <<SQL
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price numeric(10,2));
INSERT INTO products VALUES (1, 'Teapot', 19.90), (2, 'Kettle', 34.50);
CREATE ROLE tidemark REPLICATION LOGIN PASSWORD '$TIDEMARK_PASSWORD';
GRANT USAGE ON SCHEMA public TO tidemark;
GRANT SELECT ON products TO tidemark;
CREATE PUBLICATION tidemark_shop FOR TABLE products;
SQL
