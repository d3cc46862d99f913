package dev.tidemark.debezium.mysql;

import dev.tidemark.debezium.ReplacedClass;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import org.junit.jupiter.api.Test;

/** Holds our class in front of Debezium's in step with it (docs/decisions/0038-mysql-ddl.md). */
class DatabaseSchemaTest {

    /** Of the class file in debezium-connector-mysql 3.6.1.Final. */
    private static final String ORIGINAL = "32de1bf5e1295a2f4cc129dcd30d07bf90d56cfb7d14bfdb8fc9c8e6d936f573";

    @Test
    void ours_comesFirstInTheClassPath() {
        ReplacedClass.assertOursComesFirst(MySqlDatabaseSchema.class);
    }

    @Test
    void original_isTheOneThatWasReplaced() throws Exception {
        ReplacedClass.assertOriginal(MySqlDatabaseSchema.class, ORIGINAL);
    }
}
