package dev.tidemark.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Identities of the tables that were loaded, and those that were exchanged since, in the state directory. Each change is
 * durable when a call returns: what was found outlives a crash (invariant 10). Any thread.
 */
public final class TableIdentities {

    private static final String NAME = "table-identities.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private Stored stored;

    /** The file's form: identities by table, and what was exchanged. */
    private record Stored(Map<String, String> known, List<ExchangedTable> exchanged) {}

    private TableIdentities(DurableFile file, Stored stored) {
        this.file = file;
        this.stored = stored;
    }

    /**
     * Reads the identities of a state directory; none if an earlier version wrote it.
     *
     * @throws IOException if the file cannot be read or is damaged; the message is for the operator
     */
    public static TableIdentities open(Path state) throws IOException {
        DurableFile file = new DurableFile(state.resolve(NAME));
        Optional<String> content = file.read();
        try {
            return new TableIdentities(
                    file,
                    content.isPresent()
                            ? JSON.readValue(content.get(), Stored.class)
                            : new Stored(Map.of(), List.of()));
        } catch (JsonProcessingException e) {
            throw new IOException(file.path() + " is not what was written: " + e.getOriginalMessage(), e);
        }
    }

    /** Removes the identities of a state directory. */
    public static void remove(Path state) throws IOException {
        new DurableFile(state.resolve(NAME)).delete();
    }

    /** Returns what was exchanged and not loaded again, in the order in which it was found. */
    public synchronized List<ExchangedTable> exchanged() {
        return stored.exchanged();
    }

    /** Returns whether identities are recorded at all. */
    public synchronized boolean isRecorded() {
        return !stored.known().isEmpty();
    }

    /** Returns the recorded identity; empty if there is none yet. */
    public synchronized Optional<String> of(String table) {
        return Optional.ofNullable(stored.known().get(table));
    }

    /** Records identities of what has none yet; those that are known stay. */
    public synchronized void adopt(Map<String, String> found) throws IOException {
        Map<String, String> known = new TreeMap<>(found);
        known.putAll(stored.known());
        save(known, stored.exchanged());
    }

    /** Records that a table was exchanged; the newest finding of a table counts. */
    public synchronized void exchanged(ExchangedTable found) throws IOException {
        Map<String, ExchangedTable> all = byTable();
        all.put(found.table(), found);
        save(stored.known(), List.copyOf(all.values()));
    }

    /**
     * Records that a table was loaded again by a request of that time: this ends the exchanges that were found before the
     * request, unless other tables have to be loaded, too.
     */
    public synchronized void reloaded(String table, Instant requested) throws IOException {
        Map<String, String> known = new TreeMap<>(stored.known());
        List<ExchangedTable> left = new ArrayList<>();
        for (ExchangedTable each : stored.exchanged()) {
            ExchangedTable rest = requested.isAfter(Instant.parse(each.since())) ? each.without(table) : each;
            if (rest.reload().isEmpty()) {
                known.put(rest.table(), rest.found());
            } else {
                left.add(rest);
            }
        }
        save(known, left);
    }

    /** Forgets everything: all tables are loaded. */
    public synchronized void clear() throws IOException {
        save(Map.of(), List.of());
    }

    private Map<String, ExchangedTable> byTable() {
        Map<String, ExchangedTable> all = new LinkedHashMap<>();
        stored.exchanged().forEach(each -> all.put(each.table(), each));
        return all;
    }

    private void save(Map<String, String> known, List<ExchangedTable> exchanged) throws IOException {
        Stored next = new Stored(Map.copyOf(known), List.copyOf(exchanged));
        if (!next.equals(stored)) {
            file.write(JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(new Stored(new TreeMap<>(known), next.exchanged())));
            stored = next;
        }
    }
}
