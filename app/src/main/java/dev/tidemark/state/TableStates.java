package dev.tidemark.state;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Record in the state directory of each collection: the mapping that filled it, and when its snapshot was complete. If that
 * differs from the configuration, a load is due. Any thread.
 */
public final class TableStates {

    private static final String NAME = "tables.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private final Map<String, TableState> states;
    private boolean spoiled;

    /**
     * One collection's record.
     *
     * @param fingerprint table, concrete collection, id and mapping in one text, see {@code MappingFingerprint}
     * @param columns the table's columns, with their types, when it was followed last; an older version recorded only names
     * @param writtenAs the columns with their types that every document was written from; null if they were not always
     *     the same, or an older version did not record them
     * @param snapshotCompleted when the snapshot that filled it was complete, ISO-8601; empty if no snapshot ever filled it
     *     ({@code snapshot: never})
     */
    public record TableState(
            String fingerprint,
            List<String> columns,
            @Nullable List<String> writtenAs,
            String snapshotCompleted) {

        /** Returns the same without a snapshot that filled the collection with this mapping. */
        public TableState notLoaded() {
            return new TableState(fingerprint, columns, null, "");
        }

        /** Returns whether a snapshot has filled the collection. */
        public boolean wasLoaded() {
            return !snapshotCompleted.isEmpty();
        }

        /** Returns the same with another text for the same mapping. */
        TableState withFingerprint(String text) {
            return new TableState(text, columns, writtenAs, snapshotCompleted);
        }

        /** Returns the same after the columns changed. */
        public TableState withColumns(List<String> now) {
            return new TableState(fingerprint, now, writtenAs, snapshotCompleted);
        }

        /** Returns the same after documents were written from rows of other columns or types. */
        public TableState mixed() {
            return new TableState(fingerprint, columns, null, snapshotCompleted);
        }
    }

    private TableStates(DurableFile file, Map<String, TableState> states) {
        this.file = file;
        this.states = states;
    }

    /** Reads the records of a state directory; none if the file does not exist. */
    public static TableStates open(Path directory) throws IOException {
        DurableFile file = new DurableFile(directory.resolve(NAME));
        Map<String, TableState> states = new TreeMap<>();
        Optional<String> content = file.read();
        if (content.isPresent()) {
            states.putAll(JSON.readValue(content.get(), new TypeReference<Map<String, TableState>>() {}));
        }
        return new TableStates(file, states);
    }

    /** Removes the records of a state directory, damaged ones too. */
    public static void remove(Path directory) throws IOException {
        new DurableFile(directory.resolve(NAME)).delete();
    }

    /** Returns the record of a collection, by the name the configuration gives it. */
    public synchronized Optional<TableState> of(String collection) {
        return Optional.ofNullable(states.get(collection));
    }

    /** Replaces the fingerprint of a collection by another text for the same mapping; the next {@link #put} stores it. */
    public synchronized void refresh(String collection, String fingerprint) {
        states.computeIfPresent(collection, (name, state) -> state.withFingerprint(fingerprint));
    }

    /** Returns when the snapshot of each was complete, by the name the configuration gives it. */
    public synchronized Map<String, String> completions() {
        Map<String, String> completions = new TreeMap<>();
        states.forEach((name, state) -> completions.put(name, state.snapshotCompleted()));
        return completions;
    }

    /** Records collections; durable when this returns. Nothing is recorded any more of what was {@link #invalidate spoiled}. */
    public synchronized void put(Map<String, TableState> more) throws IOException {
        if (spoiled) {
            return;
        }
        states.putAll(more);
        file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(states));
    }

    /**
     * Records that a load of all tables begins. The columns that the collections followed stay recorded, so that fields of
     * columns that changed since are altered.
     */
    public synchronized void loading() throws IOException {
        loading(Set.copyOf(states.keySet()));
    }

    /** Does the same for some collections, by the names the configuration gives them. */
    public synchronized void loading(Set<String> collections) throws IOException {
        states.replaceAll((name, state) -> collections.contains(name) ? state.notLoaded() : state);
        put(Map.of());
    }

    /** Forgets everything. */
    public synchronized void clear() throws IOException {
        states.clear();
        file.delete();
    }

    /** Forgets everything and records nothing more, because changes were missed: the next start takes a snapshot. */
    public synchronized void invalidate() throws IOException {
        spoiled = true;
        clear();
    }
}
