package dev.tidemark.state;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Record in the state directory of the collections that a table feeds by an expression. It outlives offsets and
 * {@link TableStates}: what was written remains in Typesense, even if tables are loaded again. Any thread.
 */
public final class DynamicCollectionFile {

    private static final String NAME = "collections.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;

    /** By record and collection: whether it was seen after it was announced. */
    private Map<String, Map<String, Boolean>> collections;

    private DynamicCollectionFile(DurableFile file, Map<String, Map<String, Boolean>> collections) {
        this.file = file;
        this.collections = collections;
    }

    /** Reads the record of a state directory; nothing if the file does not exist. */
    public static DynamicCollectionFile open(Path directory) throws IOException {
        DurableFile file = new DurableFile(directory.resolve(NAME));
        Map<String, Map<String, Boolean>> collections = new TreeMap<>();
        Optional<String> content = file.read();
        if (content.isPresent()) {
            collections.putAll(
                    JSON.readValue(content.get(), new TypeReference<Map<String, TreeMap<String, Boolean>>>() {}));
        }
        return new DynamicCollectionFile(file, collections);
    }

    /** Returns the names of the records that contain collections. */
    public synchronized Set<String> records() {
        return new TreeSet<>(collections.keySet());
    }

    /** Returns all collections of a record, in the order of their names. */
    public synchronized Set<String> of(String record) {
        return new TreeSet<>(collections.getOrDefault(record, Map.of()).keySet());
    }

    /** Returns whether the collection is known to have existed; else a crash may have happened before it was created. */
    public synchronized boolean wasMade(String record, String collection) {
        return collections.getOrDefault(record, Map.of()).getOrDefault(collection, false);
    }

    /** Records collections that are about to be created; durable when this returns. */
    public synchronized void announce(String record, Collection<String> names) throws IOException {
        change(record, of -> names.forEach(name -> of.putIfAbsent(name, false)));
    }

    /** Records that these collections exist; durable when this returns. */
    public synchronized void made(String record, Collection<String> names) throws IOException {
        change(record, of -> names.forEach(name -> of.put(name, true)));
    }

    /** Removes collections that no longer hold documents of the table; durable when this returns. */
    public synchronized void forget(String record, Collection<String> names) throws IOException {
        change(record, of -> of.keySet().removeAll(names));
    }

    /** Changes a record. What is not durable is not kept in memory either. */
    private void change(String record, Consumer<Map<String, Boolean>> change) throws IOException {
        Map<String, Boolean> now = new TreeMap<>(collections.getOrDefault(record, Map.of()));
        change.accept(now);
        if (now.equals(collections.getOrDefault(record, Map.of()))) {
            return;
        }
        Map<String, Map<String, Boolean>> all = new TreeMap<>(collections);
        all.put(record, now);
        all.values().removeIf(Map::isEmpty);
        file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all));
        collections = all;
    }
}
