package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.debezium.mysql.LogDdlParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Order of the class path: connectors/debezium-patches comes before Debezium (docs/decisions/0010-event-meter.md). */
class ClassPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.debezium.connector.mysql.MySqlDatabaseSchema",
                "io.debezium.connector.mysql.jdbc.MySqlFieldReaderResolver",
                "io.debezium.connector.binlog.event.TransactionPayloadDeserializer",
                "io.debezium.pipeline.meters.CommonEventMeter",
                "io.debezium.pipeline.meters.StreamingMeter"
            })
    void replacedClass_comesBeforeDebeziums(String name) throws ClassNotFoundException {
        assertThat(Class.forName(name).getProtectionDomain().getCodeSource().getLocation())
                .isEqualTo(
                        LogDdlParser.class.getProtectionDomain().getCodeSource().getLocation());
    }
}
