package dev.tidemark.state;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The collections that this pipeline has written to, by their concrete names, as the state directory records them. It outlives
 * offsets and {@link TableStates}: after a new load a collection still belongs to this pipeline. Any thread.
 */
public final class WrittenCollections {

    private static final String NAME = "written-collections.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private final boolean recorded;
    private Map<String, String> since;

    private WrittenCollections(DurableFile file, boolean recorded, Map<String, String> since) {
        this.file = file;
        this.recorded = recorded;
        this.since = since;
    }

    /** Reads the record of a state directory; it is empty if the file does not exist. */
    public static WrittenCollections open(Path state) throws IOException {
        DurableFile file = new DurableFile(state.resolve(NAME));
        Optional<String> content = file.read();
        Map<String, String> since = content.isEmpty()
                ? Map.of()
                : JSON.readValue(content.get(), new TypeReference<TreeMap<String, String>>() {});
        return new WrittenCollections(file, content.isPresent(), since);
    }

    /** Returns whether there was a record when this was opened; an earlier version kept none. */
    public boolean isRecorded() {
        return recorded;
    }

    /** Returns whether this pipeline never wrote to a collection, as far as is recorded. */
    public synchronized boolean isEmpty() {
        return since.isEmpty();
    }

    public synchronized boolean contains(String collection) {
        return since.containsKey(collection);
    }

    /** Records collections before they are written to for the first time; durable when this returns. */
    public synchronized void add(Collection<String> collections) throws IOException {
        if (recorded && since.keySet().containsAll(collections)) {
            return;
        }
        Map<String, String> now = new TreeMap<>(since);
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        collections.forEach(name -> now.putIfAbsent(name, time));
        file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(now));
        since = now;
    }
}
