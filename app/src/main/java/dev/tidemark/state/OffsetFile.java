package dev.tidemark.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stored offsets, as Connect hands them over: a JSON text of the partition to a JSON text of the offset. Written by
 * the flush thread (through the engine's committer), read at start; any thread may read.
 *
 * <p>With them is a random id of the position from which they came: it stays the same while offsets follow each other, and
 * is another one once a position is fixed or a backup is restored. What relies on a position carries its id.
 * Upholds invariant 1.
 */
public final class OffsetFile {

    private static final String NAME = "offsets.json";

    /** Versions that do not know the id would stream on without the loads that are not done. */
    private static final int FORMAT = 3;

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

    private final DurableFile file;
    private Map<String, String> entries;
    private @Nullable String position;

    private record Content(String position, Map<String, String> entries) {}

    private OffsetFile(DurableFile file, @Nullable String position, Map<String, String> entries) {
        this.file = file;
        this.position = position;
        this.entries = entries;
    }

    private static DurableFile file(Path directory) {
        return DurableFile.inFormat(FORMAT, directory.resolve(NAME));
    }

    /**
     * Reads the offsets in a state directory.
     *
     * @throws DamagedFileException if they exist and are damaged
     */
    public static OffsetFile open(Path directory) throws IOException {
        DurableFile file = file(directory);
        Optional<String> content = file.read();
        if (content.isEmpty()) {
            return new OffsetFile(file, null, new LinkedHashMap<>());
        }
        JsonNode json = JSON.readTree(content.get());
        if (json.path("entries").isObject()) {
            Content known = JSON.treeToValue(json, Content.class);
            return new OffsetFile(file, known.position(), new LinkedHashMap<>(known.entries()));
        }
        // of an earlier version
        return new OffsetFile(
                file, null, JSON.readValue(content.get(), new TypeReference<LinkedHashMap<String, String>>() {}));
    }

    /**
     * Gives the position of a state directory another id: nothing that relied on it counts any more. A damaged file stays, and the
     * next start reports it.
     */
    public static void renew(Path directory) throws IOException {
        OffsetFile offsets;
        try {
            offsets = open(directory);
        } catch (DamagedFileException e) {
            return;
        }
        if (!offsets.entries.isEmpty()) {
            offsets.write(newId(), offsets.entries);
        }
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    /** Removes the offsets of a state directory, damaged ones too. */
    public static void remove(Path directory) throws IOException {
        file(directory).delete();
    }

    /** Returns all entries, in the form in which Connect reads them. */
    public synchronized Map<String, String> entries() {
        return Map.copyOf(entries);
    }

    /** Adds or replaces entries; durable when this returns, unchanged if it throws. */
    public synchronized void put(Map<String, String> more) throws IOException {
        Map<String, String> merged = new LinkedHashMap<>(entries);
        merged.putAll(more);
        write(position == null ? newId() : position, merged);
    }

    private void write(String id, Map<String, String> all) throws IOException {
        file.write(JSON.writeValueAsString(new Content(id, all)));
        position = id;
        entries = all;
    }

    /** Returns the id of the position from which the offsets came; null if none is stored. */
    public synchronized @Nullable String position() {
        return position;
    }

    /** Gives offsets of an earlier version an id; durable when this returns. */
    public synchronized void identify() throws IOException {
        if (position == null) {
            put(Map.of());
        }
    }

    /**
     * Stores an offset that no engine has given, as another position than all before; durable when this returns.
     *
     * @param pipeline the pipeline's name, after which its engine is named
     */
    public synchronized void begin(String pipeline, Map<String, Object> offset) throws IOException {
        write(newId(), entry(pipeline, offset));
    }

    /** Returns an offset as the engine of that pipeline stores it. */
    public static Map<String, String> entry(String pipeline, Map<String, Object> offset) throws IOException {
        String partition = JSON.writeValueAsString(List.of(pipeline, Map.of("server", pipeline)));
        return Map.of(partition, JSON.writeValueAsString(offset));
    }

    /** Forgets everything: the next start takes a snapshot. */
    public synchronized void clear() throws IOException {
        file.delete();
        position = null;
        entries = new LinkedHashMap<>();
    }

    /** Returns the stored offset as the connector knows it; empty if none is stored. A pipeline has one partition. */
    public synchronized Optional<Map<String, Object>> offset() {
        return entries.values().stream().findFirst().map(OffsetFile::parse);
    }

    private static Map<String, Object> parse(String json) {
        try {
            return JSON.readValue(json, new TypeReference<Map<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored offset is not a JSON object: " + json, e);
        }
    }
}
