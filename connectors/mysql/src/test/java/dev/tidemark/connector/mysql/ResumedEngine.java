package dev.tidemark.connector.mysql;

import io.debezium.document.Document;
import io.debezium.document.DocumentWriter;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;
import org.jspecify.annotations.Nullable;

/** A real engine that resumes from an offset, as one of the service does, and stores no other one. */
public final class ResumedEngine implements AutoCloseable {

    private static final Map<String, ByteBuffer> OFFSETS = new ConcurrentHashMap<>();

    /** Offsets that are given to an engine. The engine creates it by its class name. */
    public static final class Offsets extends MemoryOffsetBackingStore {

        @Override
        public Set<Map<String, Object>> connectorPartitions(String connector) {
            return Set.of();
        }

        @Override
        public void start() {
            super.start();
            OFFSETS.forEach(
                    (name, offset) -> data.put(bytes("[\"" + name + "\",{\"server\":\"" + name + "\"}]"), offset));
        }
    }

    private final DebeziumEngine<?> engine;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile @Nullable Throwable failure;
    private volatile boolean completed;

    /**
     * Starts an engine, which hands its records over on a thread of its own.
     *
     * @param given properties, without those of offsets
     */
    public ResumedEngine(
            Map<String, String> given, String pipeline, Map<String, ?> offset, Consumer<SourceRecord> records) {
        Properties properties = new Properties();
        properties.putAll(given);
        properties.putAll(Map.of("offset.storage", Offsets.class.getName(), "heartbeat.interval.ms", "200"));
        OFFSETS.put(pipeline, json(offset));
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using((success, message, error) -> {
                    failure = error;
                    completed = true;
                })
                .notifying((RecordChangeEvent<SourceRecord> event) -> records.accept(event.record()))
                .build();
        thread.execute(engine);
    }

    private static ByteBuffer json(Map<String, ?> offset) {
        Document document = Document.create();
        offset.forEach(document::set);
        try {
            return bytes(DocumentWriter.defaultWriter().write(document));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns why the engine ended; null while it runs. */
    public @Nullable Throwable failure() {
        return failure;
    }

    public boolean isCompleted() {
        return completed;
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
