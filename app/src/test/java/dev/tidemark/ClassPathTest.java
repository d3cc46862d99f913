package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.debezium.connector.base.QueueProvider;
import io.debezium.pipeline.notification.channels.NotificationChannel;
import io.debezium.pipeline.signal.actions.SignalActionProvider;
import io.debezium.pipeline.signal.channels.SignalChannelReader;
import io.debezium.snapshot.spi.SnapshotLock;
import io.debezium.spi.snapshot.Snapshotter;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The exclusions of the root pom: the excluded libraries are absent, and what Debezium's engine uses of Kafka Connect works
 * without them. The tests with servers run the engine on the same class path.
 */
class ClassPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.fasterxml.jackson.datatype.jdk8.Jdk8Module",
                "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule",
                "com.fasterxml.jackson.jakarta.rs.json.JacksonJsonProvider",
                "io.debezium.storage.file.history.FileSchemaHistory",
                "io.github.classgraph.ClassGraph",
                "io.swagger.v3.oas.annotations.Operation",
                "jakarta.ws.rs.core.Response",
                "javax.activation.DataSource",
                "javax.xml.bind.JAXBContext",
                "net.jpountz.lz4.LZ4Factory",
                "org.apache.kafka.connect.file.FileStreamSourceConnector",
                "org.codehaus.plexus.util.StringUtils",
                "org.eclipse.jetty.server.Server",
                "org.glassfish.jersey.servlet.ServletContainer",
                "org.jose4j.jwt.JwtClaims",
                "org.xerial.snappy.Snappy"
            })
    void excludedLibrary_isAbsent(String type) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(type));
    }

    /** The classes of Connect that AsyncEmbeddedEngine and what it creates refer to; initializing a class verifies it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.debezium.embedded.async.AsyncEmbeddedEngine",
                "io.debezium.embedded.EmbeddedEngineConfig",
                "io.debezium.embedded.EmbeddedWorkerConfig",
                "io.debezium.embedded.KafkaConnectUtil",
                "org.apache.kafka.connect.json.JsonConverter",
                "org.apache.kafka.connect.json.JsonDeserializer",
                "org.apache.kafka.connect.json.JsonSerializer",
                "org.apache.kafka.connect.runtime.AbstractHerder",
                "org.apache.kafka.connect.runtime.ConnectorConfig",
                "org.apache.kafka.connect.runtime.WorkerConfig",
                "org.apache.kafka.connect.runtime.distributed.DistributedConfig",
                "org.apache.kafka.connect.runtime.standalone.StandaloneConfig",
                "org.apache.kafka.connect.storage.MemoryOffsetBackingStore",
                "org.apache.kafka.connect.storage.OffsetStorageReaderImpl",
                "org.apache.kafka.connect.storage.OffsetStorageWriter"
            })
    void classOfTheEngine_loads(String type) throws Exception {
        Class<?> loaded = Class.forName(type);
        assertThat(loaded.getDeclaredMethods()).doesNotContainNull();
        assertThat(loaded.getDeclaredConstructors()).doesNotContainNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.debezium.connector.mysql.MySqlConnector",
                "io.debezium.connector.postgresql.PostgresConnector"
            })
    void connector_validatesItsSettings(String type) throws Exception {
        Connector connector = Class.forName(type)
                .asSubclass(Connector.class)
                .getDeclaredConstructor()
                .newInstance();
        assertThat(connector.config().names()).contains("database.hostname", "heartbeat.interval.ms");
        List<ConfigValue> values = connector.validate(Map.of()).configValues();
        assertThat(values)
                .filteredOn(value -> value.name().equals("database.hostname"))
                .singleElement()
                .satisfies(value -> assertThat(value.errorMessages()).isNotEmpty());
        assertThat(connector.taskClass().getDeclaredMethods()).isNotEmpty();
    }

    /** The engine instantiates all of these when a connector starts. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                NotificationChannel.class,
                QueueProvider.class,
                SignalActionProvider.class,
                SignalChannelReader.class,
                SnapshotLock.class,
                Snapshotter.class
            })
    void servicesOfTheEngine_load(Class<?> service) {
        assertThat(ServiceLoader.load(service).stream().map(ServiceLoader.Provider::get))
                .isNotEmpty()
                .allMatch(service::isInstance);
    }
}
