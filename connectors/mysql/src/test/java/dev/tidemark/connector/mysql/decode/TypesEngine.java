package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.engine.EngineProperties;
import dev.tidemark.testkit.mysql.MySqlServer;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A real engine whose rows are kept by the value of their first column. */
final class TypesEngine implements AutoCloseable {

    final Map<Object, Row> rows = new ConcurrentHashMap<>();
    volatile boolean streaming;
    volatile @Nullable Throwable failure;
    volatile boolean completed;
    final Database database;
    private final Map<Schema, RecordShape> shapes = new ConcurrentHashMap<>();
    private final DebeziumEngine<?> engine;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    TypesEngine(MySqlServer server, String name, String... tables) {
        this(server, server.user(), new Secret(server.password()), name, tables);
    }

    TypesEngine(MySqlServer server, String user, Secret password, String name, String... tables) {
        Properties properties = new Properties();
        List<Table> captured = Stream.of(tables)
                .map(TableId::parse)
                .map(id -> new Table(id, List.of()))
                .toList();
        SourceSettings settings = SourceSettings.of(name)
                .at(server.host(), server.port())
                .as(user, password)
                .heartbeat(Duration.ofMillis(200))
                .tables(captured)
                .build();
        this.database = new Database(settings);
        properties.putAll(EngineProperties.of(settings, 7701));
        properties.putAll(Map.of(
                "schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory",
                "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore",
                "heartbeat.interval.ms", "200"));
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using((success, message, error) -> {
                    failure = error;
                    completed = true;
                })
                .notifying(this::take)
                .build();
        thread.execute(engine);
    }

    private void take(RecordChangeEvent<SourceRecord> event) {
        if (!(event.record().value() instanceof Struct value)) {
            return;
        }
        if (event.record().topic().startsWith("__debezium-heartbeat")) {
            streaming = true;
        } else if (value.schema().field("after") != null) {
            Struct source = value.getStruct("source");
            RecordShape shape = shapes.computeIfAbsent(
                    value.schema(),
                    schema -> new RecordShape(schema, new TableId(source.getString("db"), source.getString("table"))));
            Struct after = value.getStruct("after");
            if (after != null) {
                Row row = shape.after(after, null, null);
                rows.put(String.valueOf(row.get(0)), row);
            }
        }
    }

    @Override
    public void close() {
        try {
            engine.close();
        } catch (IOException | IllegalStateException e) {
            // It had ended by itself.
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the engine does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
