package dev.tidemark.source;

import dev.tidemark.state.OffsetFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Connect's offset store on top of an {@link OffsetFile}. The engine creates it by its class name, so the file is found by
 * a key in the engine's properties. Kept thin: Debezium 3.7 moves this interface.
 *
 * <p>The engine only logs a failing store (debezium-facts, "Committing offsets"): the caller that commits checks the
 * {@link Binding} afterwards.
 * Upholds invariant 6.
 */
public final class EngineOffsetStore implements OffsetBackingStore {

    /** The engine property that names the binding. */
    static final String BINDING = "offset.storage.tidemark.binding";

    private static final Map<String, Binding> BINDINGS = new ConcurrentHashMap<>();

    private @Nullable Binding binding;

    /** The file behind the stores of one engine, and how its last write went. */
    static final class Binding implements AutoCloseable {
        private final String key;
        private final OffsetFile file;
        private volatile @Nullable IOException failure;

        private Binding(String key, OffsetFile file) {
            this.key = key;
            this.file = file;
        }

        /** Returns the value to set in the engine's properties under {@link #BINDING}. */
        String key() {
            return key;
        }

        /** Forgets an earlier failure; before a commit. */
        void reset() {
            failure = null;
        }

        /** Throws what the last write failed with; after a commit. */
        void check() throws IOException {
            IOException failed = failure;
            if (failed != null) {
                throw failed;
            }
        }

        @Override
        public void close() {
            BINDINGS.remove(key, this); // not that of a later engine
        }
    }

    /** Binds a file to a key, by which an engine's store finds it. */
    static Binding bind(String key, OffsetFile file) {
        Binding binding = new Binding(key, file);
        BINDINGS.put(key, binding);
        return binding;
    }

    @Override
    public void configure(WorkerConfig config) {
        String key = String.valueOf(config.originals().get(BINDING));
        binding = BINDINGS.get(key);
        if (binding == null) {
            throw new IllegalStateException("no offset file is bound to '" + key + "'");
        }
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Binding from = bound();
        Map<String, String> entries = from.file.entries();
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        for (ByteBuffer key : keys) {
            String value = entries.get(text(key));
            if (value != null) {
                found.put(key, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
        Map<String, String> entries = new LinkedHashMap<>();
        values.forEach((key, value) -> entries.put(text(key), text(value)));
        Binding bound = bound();
        try {
            bound.file.put(entries);
            callback.onCompletion(null, null);
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            bound.failure = e;
            callback.onCompletion(e, null);
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }

    private Binding bound() {
        Binding bound = binding;
        if (bound == null) {
            throw new IllegalStateException("the offset store is used before it is configured");
        }
        return bound;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
