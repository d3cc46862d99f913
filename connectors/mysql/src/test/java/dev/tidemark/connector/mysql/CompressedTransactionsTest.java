package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.connector.binlog.event.TransactionPayloadDeserializer;
import java.net.URL;
import org.junit.jupiter.api.Test;

/** Holds our replacement of Debezium's reader of compressed transactions in step with it (docs/decisions/0041-bounded-by-bytes.md). */
class CompressedTransactionsTest {

    private static final String RESOURCE = "io/debezium/connector/binlog/event/TransactionPayloadDeserializer.class";

    /** Of the class file in debezium-connector-binlog 3.6.1.Final. */
    private static final String ORIGINAL = "f69ef0d8112b000111924df4e259d10edf7f4a5a8dfa5c7ff1b04859f1e96609";

    @Test
    void replacement_comesFirstInTheClassPath() {
        URL first = getClass().getClassLoader().getResource(RESOURCE);
        assertThat(first).isNotNull();
        assertThat(String.valueOf(first)).doesNotContain("debezium-");
        assertThat(TransactionPayloadDeserializer.class.getDeclaredClasses()).isNotEmpty();
    }

    @Test
    void original_isTheOneThatWasReplaced() throws Exception {
        ReplacedClass.assertOriginal(TransactionPayloadDeserializer.class, ORIGINAL);
    }
}
