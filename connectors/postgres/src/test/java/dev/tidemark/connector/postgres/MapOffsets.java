package dev.tidemark.connector.postgres;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/** An engine's stored offset as JSON in memory, as long as the JVM lives; the engine makes the instance by name. */
public final class MapOffsets implements OffsetBackingStore {

    private static final Map<String, byte[]> STORED = new ConcurrentHashMap<>();
    private static final ObjectMapper JSON = new ObjectMapper();
    private String name = "";

    @SuppressWarnings("unchecked")
    static @Nullable Map<String, ?> get(String name) {
        byte[] stored = STORED.get(name);
        try {
            return stored == null ? null : JSON.readValue(stored, Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void put(String name, Map<String, ?> offset) {
        try {
            STORED.put(name, JSON.writeValueAsBytes(offset));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores an offset, if none is. */
    static void ifAbsent(String name, Callable<Map<String, Object>> offset) {
        if (!STORED.containsKey(name)) {
            try {
                put(name, offset.call());
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static void remove(String name) {
        STORED.remove(name);
    }

    @Override
    public void configure(WorkerConfig config) {
        name = String.valueOf(config.originals().get("name"));
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        byte[] stored = STORED.get(name);
        if (stored != null) {
            keys.forEach(key -> found.put(key, ByteBuffer.wrap(stored)));
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
        values.values().forEach(value -> {
            byte[] bytes = new byte[value.remaining()];
            value.duplicate().get(bytes);
            STORED.put(name, bytes);
        });
        callback.onCompletion(null, null);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }
}
