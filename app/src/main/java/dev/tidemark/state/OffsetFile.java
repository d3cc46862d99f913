package dev.tidemark.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stored offsets, as Connect hands them over: a JSON text of the partition to a JSON text of the offset. Written by
 * the flush thread (through the engine's committer), read at start; any thread may read.
 * Upholds invariant 1.
 */
public final class OffsetFile {

    private static final String NAME = "offsets.json";

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

    private final DurableFile file;
    private Map<String, String> entries;

    private OffsetFile(DurableFile file, Map<String, String> entries) {
        this.file = file;
        this.entries = entries;
    }

    /**
     * Reads the offsets in a state directory.
     *
     * @throws DamagedFileException if they exist and are damaged
     */
    public static OffsetFile open(Path directory) throws IOException {
        DurableFile file = new DurableFile(directory.resolve(NAME));
        Map<String, String> entries = new LinkedHashMap<>();
        Optional<String> content = file.read();
        if (content.isPresent()) {
            entries.putAll(JSON.readValue(content.get(), new TypeReference<Map<String, String>>() {}));
        }
        return new OffsetFile(file, entries);
    }

    /** Removes the offsets of a state directory, damaged ones too. */
    public static void remove(Path directory) throws IOException {
        new DurableFile(directory.resolve(NAME)).delete();
    }

    /** Returns all entries, in the form in which Connect reads them. */
    public synchronized Map<String, String> entries() {
        return Map.copyOf(entries);
    }

    /** Adds or replaces entries; durable when this returns, unchanged if it throws. */
    public synchronized void put(Map<String, String> more) throws IOException {
        Map<String, String> merged = new LinkedHashMap<>(entries);
        merged.putAll(more);
        file.write(JSON.writeValueAsString(merged));
        entries = merged;
    }

    /**
     * Stores an offset that no engine has given; durable when this returns.
     *
     * @param pipeline the pipeline's name, after which its engine is named
     */
    public synchronized void begin(String pipeline, Map<String, Object> offset) throws IOException {
        put(entry(pipeline, offset));
    }

    /** Returns an offset as the engine of that pipeline stores it. */
    public static Map<String, String> entry(String pipeline, Map<String, Object> offset) throws IOException {
        String partition = JSON.writeValueAsString(List.of(pipeline, Map.of("server", pipeline)));
        return Map.of(partition, JSON.writeValueAsString(offset));
    }

    /** Forgets everything: the next start takes a snapshot. */
    public synchronized void clear() throws IOException {
        file.delete();
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
