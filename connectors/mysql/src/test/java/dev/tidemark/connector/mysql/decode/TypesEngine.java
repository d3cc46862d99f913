package dev.tidemark.connector.mysql.decode;

import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.MySqlConnectorFactory;
import dev.tidemark.connector.mysql.ResumedEngine;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.engine.EngineProperties;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A real engine, from a position that was fixed for it, whose rows are kept by the value of their first column. */
final class TypesEngine implements AutoCloseable {

    final Map<Object, Row> rows = new ConcurrentHashMap<>();
    volatile boolean streaming;
    final Database database;
    private final Map<Schema, RecordShape> shapes = new ConcurrentHashMap<>();
    private final ResumedEngine engine;

    TypesEngine(MySqlServer server, String name, String... tables) {
        this(server, server.user(), new Secret(server.password()), name, tables);
    }

    TypesEngine(MySqlServer server, String user, Secret password, String name, String... tables) {
        List<Table> captured = Stream.of(tables)
                .map(TableId::parse)
                .map(id -> new Table(id, List.of()))
                .toList();
        SourceSettings settings = SourceSettings.of(name)
                .at(server.host(), server.port())
                .as(user, password)
                .heartbeat(Duration.ofMillis(200))
                .state(state())
                .tables(captured)
                .build();
        this.database = new Database(settings);
        try {
            Map<String, Object> offset =
                    new MySqlConnectorFactory().create(settings).fixPosition();
            Map<String, String> properties = new HashMap<>(EngineProperties.of(settings, 7701));
            if (offset.get("gtids") == null) {
                properties.put(EngineProperties.BY_PLACE, "true");
            }
            // Without the comparison with the server: columns are what follows from the statements.
            this.engine = new ResumedEngine(properties, name, offset, this::take);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path state() {
        try {
            Path state = Files.createTempDirectory("types");
            state.toFile().deleteOnExit();
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(SourceRecord record) {
        if (!(record.value() instanceof Struct value)) {
            return;
        }
        if (record.topic().startsWith("__debezium-heartbeat")) {
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

    /** Returns why the engine ended; null while it runs. */
    @Nullable
    Throwable failure() {
        return engine.failure();
    }

    boolean isCompleted() {
        return engine.isCompleted();
    }

    @Override
    public void close() {
        engine.close();
    }
}
