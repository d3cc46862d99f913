-- Statements as the reference manual describes them, and as migration tools write them. One a line; a line "== name" begins a group.
-- {db} stands for the database. Captured: products, pages, orders.
== plain words as names
CREATE TABLE links (id INT PRIMARY KEY, url TEXT)
CREATE TABLE vector (id INT PRIMARY KEY, url TEXT, online TINYINT(1), offline TINYINT(1))
ALTER TABLE products ADD COLUMN online TINYINT(1) NOT NULL DEFAULT 1
ALTER TABLE products ADD COLUMN url VARCHAR(200)
ALTER TABLE products CHANGE url link VARCHAR(200)
ALTER TABLE products ADD vector VARCHAR(20), ADD qualify INT, ADD auto INT DEFAULT 3, ADD manual INT, ADD parallel INT
ALTER TABLE products ADD INDEX url (link), ADD KEY auto (auto, manual)
ALTER TABLE products DROP qualify, DROP COLUMN parallel
ALTER TABLE products RENAME COLUMN manual TO tablesample
ALTER TABLE products RENAME INDEX url TO online
ALTER TABLE products MODIFY vector TEXT AFTER id
ALTER TABLE products ADD (always INT, skip INT, restart VARCHAR(9))
ALTER TABLE products DROP always, DROP skip, DROP restart, DROP INDEX auto
CREATE INDEX parallel ON products (link(20))
DROP INDEX parallel ON products
CREATE TABLE manual (url INT, auto INT, PRIMARY KEY (url, auto))
CREATE TABLE extract_log (id INT PRIMARY KEY, extract INT, history TEXT, following INT, preceding INT, histogram JSON, retain INT)
CREATE TABLE engine_attribute (id INT PRIMARY KEY, engine_attribute TEXT, secondary_engine INT, json_arrayagg INT)
CREATE TABLE words (id INT PRIMARY KEY, json_objectagg INT, nulls INT, skip INT, locked INT, of_x INT, member INT, json_x INT, admin INT, persist INT, role INT, visible INT, invisible INT)
ALTER TABLE words ADD source INT, ADD replica INT, ADD random INT, ADD thread_priority INT, ADD vcpu INT, ADD ties INT, ADD others INT, ADD exclude INT
ALTER TABLE words ADD path VARCHAR(9), ADD data INT, ADD type INT, ADD status INT, ADD name INT, ADD value INT, ADD comment INT, ADD date DATE, ADD time TIME, ADD timestamp TIMESTAMP NULL, ADD year YEAR, ADD text TEXT, ADD point POINT
ALTER TABLE words CHANGE COLUMN source url INT, CHANGE replica offline INT
DROP TABLE vector, manual, links
== columns
ALTER TABLE products ADD COLUMN sku CHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'none'
ALTER TABLE products ADD COLUMN (weight DECIMAL(8,3), height FLOAT, width DOUBLE PRECISION, depth REAL)
ALTER TABLE products ADD COLUMN first_one INT FIRST, ADD COLUMN after_name BIGINT UNSIGNED AFTER name
ALTER TABLE products ADD COLUMN flags BIT(5), ADD made DATE, ADD updated DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
ALTER TABLE products ADD kind ENUM('a','b''c','d,e','f"g') NOT NULL DEFAULT 'a', ADD tags SET('x','y','z')
ALTER TABLE products MODIFY kind ENUM('b''c','a','d,e','f"g','h') NOT NULL DEFAULT 'a'
ALTER TABLE products MODIFY COLUMN after_name INT UNSIGNED, MODIFY height DOUBLE AFTER width
ALTER TABLE products ALTER COLUMN sku SET DEFAULT 'x'
ALTER TABLE products ALTER sku DROP DEFAULT
ALTER TABLE products ALTER COLUMN sku SET DEFAULT (CONCAT('a', 'b'))
ALTER TABLE products DROP COLUMN depth, DROP width, DROP COLUMN height
ALTER TABLE products ADD doubled INT GENERATED ALWAYS AS (id * 2) STORED, ADD tripled INT AS (id * 3) VIRTUAL
ALTER TABLE products DROP doubled, DROP tripled
ALTER TABLE products ADD hidden INT DEFAULT 7 INVISIBLE
ALTER TABLE products ALTER COLUMN hidden SET VISIBLE
ALTER TABLE products ADD c1 INT, ALGORITHM=INSTANT
ALTER TABLE products ADD c2 INT, ALGORITHM=INPLACE, LOCK=NONE
ALTER TABLE products ADD c3 INT, ALGORITHM=COPY, LOCK=SHARED
ALTER TABLE products DROP c1, DROP c2, DROP c3
ALTER TABLE products ADD national_one NCHAR(4), ADD NCHAR_varying NVARCHAR(5), ADD n3 NATIONAL VARCHAR(6)
ALTER TABLE products DROP national_one, DROP NCHAR_varying, DROP n3
ALTER TABLE products ADD t1 TINYTEXT, ADD t2 MEDIUMTEXT, ADD t3 LONGTEXT, ADD t4 LONG VARCHAR, ADD b1 TINYBLOB, ADD b2 MEDIUMBLOB, ADD b3 LONGBLOB, ADD b4 BINARY(3), ADD b5 VARBINARY(9)
ALTER TABLE products DROP t1, DROP t2, DROP t3, DROP t4, DROP b1, DROP b2, DROP b3, DROP b4, DROP b5
ALTER TABLE products ADD i1 INT1, ADD i2 INT2, ADD i3 INT3, ADD i4 INT4, ADD i8 INT8, ADD m MIDDLEINT, ADD f4 FLOAT4, ADD f8 FLOAT8, ADD d DEC(5,1), ADD x FIXED, ADD bo BOOLEAN, ADD bl BOOL
ALTER TABLE products DROP i1, DROP i2, DROP i3, DROP i4, DROP i8, DROP m, DROP f4, DROP f8, DROP d, DROP x, DROP bo, DROP bl
ALTER TABLE products ADD g GEOMETRY, ADD g1 POINT SRID 4326, ADD g2 LINESTRING, ADD g3 POLYGON, ADD g4 GEOMCOLLECTION, ADD g5 MULTIPOINT
ALTER TABLE products DROP g, DROP g1, DROP g2, DROP g3, DROP g4, DROP g5
ALTER TABLE products ADD j JSON, ADD uuid BINARY(16) DEFAULT (UNHEX('00'))
ALTER TABLE products DROP j, DROP uuid
ALTER TABLE products ADD y YEAR, ADD z INT(5) ZEROFILL, ADD u SMALLINT UNSIGNED ZEROFILL
ALTER TABLE products DROP y, DROP z, DROP u
== columns that change places
ALTER TABLE products ADD a VARCHAR(20) DEFAULT 'from a', ADD b VARCHAR(20) DEFAULT 'from b'
ALTER TABLE products CHANGE a b VARCHAR(20), CHANGE b a VARCHAR(20)
ALTER TABLE products RENAME COLUMN a TO b, RENAME COLUMN b TO a
ALTER TABLE products MODIFY b VARCHAR(20) FIRST, MODIFY a VARCHAR(30) AFTER id
ALTER TABLE products CHANGE COLUMN a c VARCHAR(20) AFTER name, CHANGE COLUMN b d VARCHAR(20) AFTER id, ADD a INT, ADD b INT
ALTER TABLE products DROP a, DROP b, RENAME COLUMN c TO a, RENAME COLUMN d TO b
ALTER TABLE products DROP a, ADD a INT FIRST, DROP b, ADD b DATE
ALTER TABLE products DROP a, DROP b
== character sets
ALTER TABLE pages ADD old VARCHAR(20) CHARACTER SET latin1, ADD older VARCHAR(20) COLLATE latin1_german1_ci
ALTER TABLE pages CONVERT TO CHARACTER SET DEFAULT
ALTER TABLE pages CONVERT TO CHARACTER SET latin1
ALTER TABLE pages ADD new_one VARCHAR(9), DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
ALTER TABLE pages ADD newer VARCHAR(9)
ALTER TABLE pages CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci
ALTER TABLE pages MODIFY old VARCHAR(20) CHARACTER SET binary
ALTER TABLE pages COLLATE = utf8mb4_0900_ai_ci
ALTER DATABASE {db} CHARACTER SET latin1
ALTER TABLE pages CONVERT TO CHARACTER SET DEFAULT
ALTER TABLE pages ADD by_default VARCHAR(5)
CREATE TABLE orders_by_default (id INT PRIMARY KEY, t VARCHAR(5))
ALTER DATABASE {db} CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci
ALTER TABLE pages CONVERT TO CHARACTER SET utf8mb4
ALTER TABLE pages DROP old, DROP older, DROP new_one, DROP newer, DROP by_default
== indexes and keys
CREATE INDEX by_name ON products (name)
CREATE UNIQUE INDEX by_id ON products (id DESC)
CREATE INDEX by_expression ON products ((LOWER(name)), id) USING BTREE COMMENT 'of an expression'
CREATE FULLTEXT INDEX by_text ON products (name)
ALTER TABLE products DROP INDEX by_text, DROP KEY by_expression
ALTER TABLE products ALTER INDEX by_name INVISIBLE
DROP INDEX by_name ON products ALGORITHM=INPLACE LOCK=NONE
ALTER TABLE products ADD CONSTRAINT positive CHECK (id > 0), ADD CHECK (name <> 'url') NOT ENFORCED
ALTER TABLE products ALTER CHECK positive NOT ENFORCED
ALTER TABLE products DROP CHECK positive
ALTER TABLE products ADD FULLTEXT KEY ft (name) WITH PARSER ngram
ALTER TABLE products DROP INDEX ft
ALTER TABLE products DROP INDEX by_id
ALTER TABLE orders ADD CONSTRAINT of_product FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE ON UPDATE NO ACTION
ALTER TABLE orders DROP FOREIGN KEY of_product
ALTER TABLE orders DROP KEY of_product
ALTER TABLE orders ADD INDEX (product_id), ADD UNIQUE unique_one (id, product_id)
ALTER TABLE orders DROP INDEX unique_one
ALTER TABLE products DISABLE KEYS
ALTER TABLE products ENABLE KEYS
== options and maintenance
ALTER TABLE products ENGINE=InnoDB
ALTER TABLE products FORCE
ALTER TABLE products COMMENT='it''s "all" about /* products */ -- really', ROW_FORMAT=DYNAMIC, AUTO_INCREMENT=1000
ALTER TABLE products STATS_PERSISTENT=1, STATS_AUTO_RECALC=DEFAULT, STATS_SAMPLE_PAGES=20
ALTER TABLE products ORDER BY id
ANALYZE TABLE products
ANALYZE TABLE products UPDATE HISTOGRAM ON name WITH 10 BUCKETS
ANALYZE TABLE products DROP HISTOGRAM ON name
OPTIMIZE TABLE products
CHECK TABLE products
FLUSH TABLES
ALTER TABLE products KEY_BLOCK_SIZE=0
ALTER TABLE products MAX_ROWS=1000000, MIN_ROWS=10, PACK_KEYS=DEFAULT, CHECKSUM=0, DELAY_KEY_WRITE=0
== no tables
CREATE VIEW product_names AS SELECT id, name FROM products
CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW product_names AS SELECT id FROM products WHERE id > 0 WITH LOCAL CHECK OPTION
ALTER VIEW product_names AS SELECT name FROM products
DROP VIEW IF EXISTS product_names, never_there
CREATE PROCEDURE touch(IN p INT) MODIFIES SQL DATA BEGIN IF p > 0 THEN UPDATE products SET name = name WHERE id = p; END IF; END
ALTER PROCEDURE touch COMMENT 'DROP TABLE products'
DROP PROCEDURE touch
CREATE FUNCTION url_of(p INT) RETURNS VARCHAR(50) DETERMINISTIC NO SQL RETURN CONCAT('u', p)
DROP FUNCTION url_of
CREATE TRIGGER before_product BEFORE INSERT ON products FOR EACH ROW SET NEW.name = TRIM(NEW.name)
DROP TRIGGER before_product
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2050-01-01' DISABLE DO DELETE FROM words
ALTER EVENT nightly RENAME TO {db}.weekly
DROP EVENT weekly
CREATE USER IF NOT EXISTS 'ddl'@'localhost' IDENTIFIED BY 'Secret-1-password'
GRANT SELECT, INSERT ON {db}.* TO 'ddl'@'localhost'
REVOKE INSERT ON {db}.* FROM 'ddl'@'localhost'
ALTER USER 'ddl'@'localhost' PASSWORD EXPIRE NEVER ACCOUNT LOCK
DROP USER 'ddl'@'localhost'
CREATE ROLE IF NOT EXISTS ddl_reader
DROP ROLE ddl_reader
FLUSH PRIVILEGES
CREATE SPATIAL REFERENCE SYSTEM IF NOT EXISTS 990001 NAME 'x' DEFINITION 'PROJCS["x",GEOGCS["WGS 84",DATUM["World Geodetic System 1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.017453292519943278],AXIS["Lat",NORTH],AXIS["Lon",EAST]],PROJECTION["Popular Visualisation Pseudo Mercator"],UNIT["metre",1],AXIS["X",EAST],AXIS["Y",NORTH]]'
DROP SPATIAL REFERENCE SYSTEM IF EXISTS 990001
== tables that are not captured
CREATE TABLE parts (id INT, day INT, PRIMARY KEY (id, day)) PARTITION BY RANGE (day) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)
ALTER TABLE parts REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN MAXVALUE)
ALTER TABLE parts TRUNCATE PARTITION p0
ALTER TABLE parts DROP PARTITION p0
ALTER TABLE parts REMOVE PARTITIONING
CREATE TABLE by_list (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION a VALUES IN (1,2,3), PARTITION b VALUES IN (4,5))
CREATE TABLE by_hash (id INT, made DATE) PARTITION BY HASH (YEAR(made)) PARTITIONS 4
CREATE TABLE by_key (id INT PRIMARY KEY) PARTITION BY LINEAR KEY ALGORITHM=2 (id) PARTITIONS 2
CREATE TABLE by_columns (a INT, b CHAR(3)) PARTITION BY RANGE COLUMNS (a, b) SUBPARTITION BY HASH (a) (PARTITION p0 VALUES LESS THAN (5, 'm') (SUBPARTITION s0, SUBPARTITION s1))
DROP TABLE by_list, by_hash, by_key, by_columns
CREATE TABLE copies AS SELECT id, name FROM products
CREATE TABLE copies2 (extra INT DEFAULT 5) SELECT id AS url, name AS vector FROM products
CREATE TABLE copies3 LIKE products
INSERT INTO copies (id, name) VALUES (5, 'not ours')
DROP TABLE IF EXISTS copies, copies2, copies3, never_there
CREATE TABLE generated_ones (id INT PRIMARY KEY, doc JSON, n INT GENERATED ALWAYS AS (JSON_EXTRACT(doc, '$.n')) STORED, u VARCHAR(9) AS (doc->>'$.u') VIRTUAL, KEY multi ((CAST(doc->'$.tags' AS UNSIGNED ARRAY))))
CREATE TABLE defaults (id INT PRIMARY KEY, a INT DEFAULT (ABS(-1)), b JSON DEFAULT (JSON_ARRAY()), c DATETIME DEFAULT NOW(), d TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), e VARCHAR(9) DEFAULT (_utf8mb4'x'), f INT DEFAULT 0x1F, g BIT(4) DEFAULT b'1010', h VARCHAR(3) DEFAULT _latin1'x')
CREATE TABLE checks (id INT PRIMARY KEY, a INT CHECK (a BETWEEN 1 AND 5), b VARCHAR(9) CONSTRAINT b_known CHECK (b IN ('url', 'vector') OR b REGEXP '^[a-z]+$'), CHECK (a IS NULL OR CASE WHEN a > 1 THEN TRUE ELSE FALSE END))
CREATE TABLE long_comment (id INT PRIMARY KEY COMMENT '{long}', c VARCHAR(9) DEFAULT 'x' CHECK (c <> '{longer}'))
CREATE TABLE `odd ``names``` (`a b` INT PRIMARY KEY, `select` INT, `ü` INT, `"` INT, `'` INT, 日本 INT)
ALTER TABLE `odd ``names``` RENAME COLUMN `select` TO `from`
DROP TABLE `odd ``names```
CREATE TABLE no_key (a INT, b INT)
CREATE TABLE serials (id SERIAL, url INT)
CREATE TABLE memory_one (id INT PRIMARY KEY) ENGINE=MEMORY
TRUNCATE TABLE memory_one
TRUNCATE memory_one
CREATE TABLE myisam_one (id INT PRIMARY KEY, t TEXT, FULLTEXT (t)) ENGINE MyISAM
DROP TABLE memory_one, myisam_one, serials, no_key RESTRICT
CREATE TABLE other_db_{db} (id INT PRIMARY KEY) TABLESPACE innodb_file_per_table
DROP TABLE other_db_{db}
CREATE DATABASE {db}_other CHARACTER SET latin1 COLLATE latin1_bin ENCRYPTION='N'
CREATE TABLE {db}_other.products (id INT PRIMARY KEY, url TEXT, whatever INT)
ALTER TABLE {db}_other.products DROP whatever
DROP TABLE {db}_other.products
ALTER DATABASE {db}_other READ ONLY = 1
ALTER DATABASE {db}_other READ ONLY = 0
DROP DATABASE {db}_other
== if it exists
CREATE TABLE products_template (id INT PRIMARY KEY, other VARCHAR(50), name VARCHAR(50), more INT)
CREATE TABLE IF NOT EXISTS products LIKE products_template
CREATE TABLE IF NOT EXISTS products (id INT PRIMARY KEY)
CREATE TABLE IF NOT EXISTS products SELECT 1 AS one
CREATE TABLE IF NOT EXISTS {db}.products LIKE {db}.products_template
DROP TABLE IF EXISTS never_there
DROP TABLE IF EXISTS products_template
== Rails
CREATE TABLE `schema_migrations` (`version` varchar(255) NOT NULL PRIMARY KEY)
CREATE TABLE `ar_internal_metadata` (`key` varchar(255) NOT NULL PRIMARY KEY, `value` varchar(255), `created_at` datetime(6) NOT NULL, `updated_at` datetime(6) NOT NULL)
CREATE TABLE `active_storage_blobs` (`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `key` varchar(255) NOT NULL, `filename` varchar(255) NOT NULL, `metadata` text, `checksum` varchar(255), `created_at` datetime(6) NOT NULL, UNIQUE INDEX `index_active_storage_blobs_on_key` (`key`))
ALTER TABLE `products` ADD `in_stock` tinyint(1) DEFAULT FALSE NOT NULL
ALTER TABLE `products` CHANGE `in_stock` `available` tinyint(1) DEFAULT 0 NOT NULL
CREATE INDEX `index_products_on_available` ON `products` (`available`)
ALTER TABLE `products` DROP COLUMN `available`
ALTER TABLE `products` ADD CONSTRAINT `chk_rails_1` CHECK (id > 0)
ALTER TABLE `products` DROP CHECK `chk_rails_1`
ALTER TABLE `products` ADD `created_at` datetime(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL, ADD `updated_at` datetime(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL
RENAME TABLE `schema_migrations` TO `schema_migrations_old`
DROP TABLE `ar_internal_metadata`, `active_storage_blobs`
== Django
CREATE TABLE `django_migrations` (`id` bigint AUTO_INCREMENT NOT NULL PRIMARY KEY, `app` varchar(255) NOT NULL, `name` varchar(255) NOT NULL, `applied` datetime(6) NOT NULL)
CREATE TABLE `shop_image` (`id` integer AUTO_INCREMENT NOT NULL PRIMARY KEY, `url` varchar(200) NOT NULL, `product_id` integer NULL)
ALTER TABLE `shop_image` ADD COLUMN `url2` varchar(200) DEFAULT '' NOT NULL
ALTER TABLE `shop_image` ALTER COLUMN `url2` DROP DEFAULT
ALTER TABLE `shop_image` MODIFY `url2` longtext NULL
ALTER TABLE `products` ADD COLUMN `rating` double precision NULL
UPDATE `products` SET `rating` = 0 WHERE `rating` IS NULL
ALTER TABLE `products` MODIFY `rating` double precision NOT NULL
ALTER TABLE `products` CHANGE `rating` `score` double precision NOT NULL
ALTER TABLE `products` DROP COLUMN `score`
ALTER TABLE `products` ADD COLUMN `uuid` char(32) NULL UNIQUE
ALTER TABLE `products` DROP INDEX `uuid`
ALTER TABLE `products` DROP COLUMN `uuid`
DROP TABLE `shop_image` CASCADE
== Laravel
create table `migrations` (`id` int unsigned not null auto_increment primary key, `migration` varchar(255) not null, `batch` int not null) default character set utf8mb4 collate 'utf8mb4_unicode_ci'
create table `personal_access_tokens` (`id` bigint unsigned not null auto_increment primary key, `tokenable_type` varchar(255) not null, `tokenable_id` bigint unsigned not null, `abilities` text null, `created_at` timestamp null, `updated_at` timestamp null) default character set utf8mb4 collate 'utf8mb4_unicode_ci'
alter table `personal_access_tokens` add index `tokenable`(`tokenable_type`, `tokenable_id`)
alter table `products` add `deleted_at` timestamp null, add `options` json null after `name`
alter table `products` modify `options` longtext character set utf8mb4 null
alter table `products` rename column `options` to `settings`
alter table `products` drop `settings`, drop `deleted_at`
alter table `migrations` add unique `migrations_migration_unique`(`migration`)
drop table if exists `migrations`
drop table `personal_access_tokens`
== Prisma and Flyway
CREATE TABLE `_prisma_migrations` (`id` VARCHAR(36) PRIMARY KEY NOT NULL, `checksum` VARCHAR(64) NOT NULL, `finished_at` DATETIME(3), `logs` TEXT, `started_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), `applied_steps_count` INTEGER UNSIGNED NOT NULL DEFAULT 0) DEFAULT CHARACTER SET utf8mb4 COLLATE = utf8mb4_unicode_ci
CREATE TABLE `User` (`id` INTEGER NOT NULL AUTO_INCREMENT, `email` VARCHAR(191) NOT NULL, `role` ENUM('USER', 'ADMIN') NOT NULL DEFAULT 'USER', UNIQUE INDEX `User_email_key`(`email`), PRIMARY KEY (`id`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci
ALTER TABLE `User` ADD COLUMN `url` VARCHAR(191) NULL, MODIFY `role` ENUM('USER', 'ADMIN', 'OWNER') NOT NULL DEFAULT 'USER'
ALTER TABLE `products` ADD COLUMN `authorId` INTEGER NULL
CREATE INDEX `products_authorId_idx` ON `products`(`authorId`)
ALTER TABLE `products` DROP COLUMN `authorId`
DROP TABLE `User`
CREATE TABLE `flyway_schema_history` (`installed_rank` INT NOT NULL, `version` VARCHAR(50), `description` VARCHAR(200) NOT NULL, `type` VARCHAR(20) NOT NULL, `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, `success` BOOL NOT NULL, CONSTRAINT `flyway_schema_history_pk` PRIMARY KEY (`installed_rank`)) ENGINE=InnoDB
CREATE INDEX `flyway_schema_history_s_idx` ON `flyway_schema_history` (`success`)
CREATE TABLE DATABASECHANGELOGLOCK (ID INT NOT NULL, LOCKED TINYINT NOT NULL, LOCKGRANTED datetime NULL, LOCKEDBY VARCHAR(255) NULL, CONSTRAINT PK_DATABASECHANGELOGLOCK PRIMARY KEY (ID))
CREATE TABLE migrate_lock (`index` int unsigned not null auto_increment primary key, is_locked int)
== gh-ost
CREATE /* gh-ost */ TABLE `{db}`.`_orders_ghc` (id bigint unsigned auto_increment, last_update timestamp not null DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, hint varchar(64) charset ascii not null, value varchar(4096) charset ascii not null, primary key(id), unique key hint_uidx(hint)) auto_increment=256
CREATE /* gh-ost */ TABLE `{db}`.`_orders_gho` LIKE `{db}`.`orders`
ALTER /* gh-ost */ TABLE `{db}`.`_orders_gho` ADD COLUMN url VARCHAR(50), CHANGE note remark VARCHAR(60)
INSERT /* gh-ost */ IGNORE INTO `{db}`.`_orders_gho` (id, product_id, remark) SELECT id, product_id, note FROM `{db}`.`orders`
CREATE /* gh-ost */ TABLE `{db}`.`_orders_del` (id int auto_increment primary key) engine=InnoDB comment='ghost-cut-over-sentry'
DROP /* gh-ost */ TABLE IF EXISTS `{db}`.`_orders_del`
RENAME /* gh-ost */ TABLE `{db}`.`orders` TO `{db}`.`_orders_del`, `{db}`.`_orders_gho` TO `{db}`.`orders`
DROP /* gh-ost */ TABLE IF EXISTS `{db}`.`_orders_ghc`, `{db}`.`_orders_del`
== pt-online-schema-change
CREATE TABLE `{db}`.`_orders_new` (`id` int NOT NULL, `product_id` int DEFAULT NULL, `remark` varchar(60) DEFAULT NULL, `url` varchar(50) DEFAULT NULL, PRIMARY KEY (`id`), KEY `product_id` (`product_id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
ALTER TABLE `{db}`.`_orders_new` DROP COLUMN url, ADD COLUMN offline TINYINT(1) NOT NULL DEFAULT 0
CREATE TRIGGER `pt_osc_del` AFTER DELETE ON `{db}`.`orders` FOR EACH ROW DELETE IGNORE FROM `{db}`.`_orders_new` WHERE `_orders_new`.`id` <=> OLD.`id`
CREATE TRIGGER `pt_osc_upd` AFTER UPDATE ON `{db}`.`orders` FOR EACH ROW BEGIN DELETE IGNORE FROM `{db}`.`_orders_new` WHERE !(OLD.`id` <=> NEW.`id`) AND `_orders_new`.`id` <=> OLD.`id`; REPLACE INTO `{db}`.`_orders_new` (`id`, `product_id`, `remark`) VALUES (NEW.`id`, NEW.`product_id`, NEW.`remark`); END
INSERT LOW_PRIORITY IGNORE INTO `{db}`.`_orders_new` (`id`, `product_id`, `remark`) SELECT `id`, `product_id`, `remark` FROM `{db}`.`orders` LOCK IN SHARE MODE /*pt-online-schema-change 4711 copy table*/
ANALYZE TABLE `{db}`.`_orders_new` /* pt-online-schema-change */
RENAME TABLE `{db}`.`orders` TO `{db}`.`_orders_old`, `{db}`.`_orders_new` TO `{db}`.`orders`
DROP TABLE IF EXISTS `{db}`.`_orders_old`
== comments and case
/* first */ ALTER /* second */ TABLE products ADD COLUMN commented INT # to the end
/*!40101 SET @saved = @@character_set_client */
/*!80000 ALTER TABLE products DROP COLUMN commented */
/*!50100 CREATE TABLE versioned (id INT PRIMARY KEY) */
/*!99999 ALTER TABLE products DROP COLUMN name */
alter	table	products	add	tabbed	int
alter table products drop tabbed;
