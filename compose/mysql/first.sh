# Sourced once by the image's entry point, when the data folder is empty.
mysql --user=root --password="$MYSQL_ROOT_PASSWORD" "$MYSQL_DATABASE" <<SQL
CREATE TABLE products (id int PRIMARY KEY, name varchar(200) NOT NULL, price decimal(10,2));
INSERT INTO products VALUES (1, 'Teapot', 19.90), (2, 'Kettle', 34.50);
CREATE USER tidemark IDENTIFIED BY '$TIDEMARK_PASSWORD';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO tidemark;
GRANT SELECT ON shop.* TO tidemark;
SQL
