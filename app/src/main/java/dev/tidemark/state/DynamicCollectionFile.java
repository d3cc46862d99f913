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
 * Which collections a table feeds by an expression, as the state directory records it. It outlives offsets and {@link
 * TableStates}: what was written stands in Typesense, whatever is snapshotted again. Any thread.
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
    public static DynamicCollectionFile open(Path folder) throws IOException {
        DurableFile file = new DurableFile(folder.resolve(NAME));
        Map<String, Map<String, Boolean>> collections = new TreeMap<>();
        Optional<String> content = file.read();
        if (content.isPresent()) {
            collections.putAll(
                    JSON.readValue(content.get(), new TypeReference<Map<String, TreeMap<String, Boolean>>>() {}));
        }
        return new DynamicCollectionFile(file, collections);
    }

    /** Under which names there are collections. */
    public synchronized Set<String> records() {
        return new TreeSet<>(collections.keySet());
    }

    /** All collections of a record, in the order of their names. */
    public synchronized Set<String> of(String record) {
        return new TreeSet<>(collections.getOrDefault(record, Map.of()).keySet());
    }

    /** Whether the collection was there once; else a crash may have come before it was made. */
    public synchronized boolean wasMade(String record, String collection) {
        return collections.getOrDefault(record, Map.of()).getOrDefault(collection, false);
    }

    /** These are about to be made; durable when this returns. */
    public synchronized void announce(String record, Collection<String> names) throws IOException {
        change(record, of -> names.forEach(name -> of.putIfAbsent(name, false)));
    }

    /** These are there; durable when this returns. */
    public synchronized void made(String record, Collection<String> names) throws IOException {
        change(record, of -> names.forEach(name -> of.put(name, true)));
    }

    /** These hold nothing of the table any more; durable when this returns. */
    public synchronized void forget(String record, Collection<String> names) throws IOException {
        change(record, of -> of.keySet().removeAll(names));
    }

    /** What is not durable is not remembered either. */
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
