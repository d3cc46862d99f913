package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.debezium.postgres.TypeNames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Order of the class path: connectors/debezium-patches comes before Debezium (docs/decisions/0010-event-meter.md). */
class ClassPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.debezium.connector.postgresql.TypeRegistry",
                "io.debezium.connector.postgresql.connection.DateTimeFormat",
                "io.debezium.connector.postgresql.connection.ReplicationMessageColumnValueResolver",
                "io.debezium.pipeline.meters.CommonEventMeter",
                "io.debezium.pipeline.meters.StreamingMeter"
            })
    void replacedClass_comesBeforeDebeziums(String name) throws ClassNotFoundException {
        assertThat(Class.forName(name).getProtectionDomain().getCodeSource().getLocation())
                .isEqualTo(TypeNames.class.getProtectionDomain().getCodeSource().getLocation());
    }
}
