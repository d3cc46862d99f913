package dev.tidemark.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class EngineLogTest {

    @Test
    void lastError_isKept_forItsPipeline() {
        EngineLog.listen();
        EngineLog.listen();
        Logger debezium = LoggerFactory.getLogger("io.debezium.relational.TableSchemaBuilder");
        debezium.error("of no pipeline");
        MDC.put("dbz.connectorName", "engine_log_test");
        try {
            debezium.error("Failed to convert 'shop.t.at'", new IllegalArgumentException("bad hour"));
            debezium.error("Producer failure", new IllegalStateException("x"));
            debezium.warn("a warning");
        } finally {
            MDC.remove("dbz.connectorName");
        }
        assertThat(EngineLog.take("another")).isNull();
        assertThat(EngineLog.take("engine_log_test")).isEqualTo("Failed to convert 'shop.t.at': bad hour");
        assertThat(EngineLog.take("engine_log_test")).isNull();
    }
}
