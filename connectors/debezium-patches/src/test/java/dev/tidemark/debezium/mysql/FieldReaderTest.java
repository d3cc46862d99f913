package dev.tidemark.debezium.mysql;

import dev.tidemark.debezium.ReplacedClass;
import io.debezium.connector.mysql.jdbc.MySqlFieldReaderResolver;
import org.junit.jupiter.api.Test;

/** Holds our class in front of Debezium's in step with it (docs/decisions/0046-text-of-mysql.md). */
class FieldReaderTest {

    /** Of the class file in debezium-connector-mysql 3.6.1.Final. */
    private static final String ORIGINAL = "90595dcb71aeafe637177fa5d3deb4ef4db3f987f6d0cce5d0203fb3c71b1e30";

    @Test
    void ours_comesFirstInTheClassPath() {
        ReplacedClass.assertOursComesFirst(MySqlFieldReaderResolver.class);
    }

    @Test
    void original_isTheOneThatWasReplaced() throws Exception {
        ReplacedClass.assertOriginal(MySqlFieldReaderResolver.class, ORIGINAL);
    }
}
