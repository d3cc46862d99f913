package dev.tidemark.debezium.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.debezium.ReplacedClass;
import io.debezium.connector.binlog.event.TransactionPayloadDeserializer;
import org.junit.jupiter.api.Test;

/** Holds our replacement of Debezium's reader of compressed transactions in step with it (docs/decisions/0041-bounded-by-bytes.md). */
class CompressedTransactionsTest {

    /** Of the class file in debezium-connector-binlog 3.6.1.Final. */
    private static final String ORIGINAL = "f69ef0d8112b000111924df4e259d10edf7f4a5a8dfa5c7ff1b04859f1e96609";

    @Test
    void replacement_comesFirstInTheClassPath() {
        ReplacedClass.assertOursComesFirst(TransactionPayloadDeserializer.class);
        assertThat(TransactionPayloadDeserializer.class.getDeclaredClasses()).isNotEmpty();
    }

    @Test
    void original_isTheOneThatWasReplaced() throws Exception {
        ReplacedClass.assertOriginal(TransactionPayloadDeserializer.class, ORIGINAL);
    }
}
