package dev.tidemark.resync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Facts of the catalog as they were compared last, in the state directory: what happens while the service is stopped is found, too. Any thread. */
public final class CatalogFile {

    private static final String NAME = "catalog.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private Map<String, Map<String, String>> stored;

    private CatalogFile(DurableFile file, Map<String, Map<String, String>> stored) {
        this.file = file;
        this.stored = stored;
    }

    /**
     * Reads the facts of a state directory; none if an earlier version wrote it.
     *
     * @throws IOException if the file cannot be read or is damaged; the message is for the operator
     */
    public static CatalogFile open(Path state) throws IOException {
        DurableFile file = new DurableFile(state.resolve(NAME));
        Optional<String> content = file.read();
        try {
            return new CatalogFile(
                    file,
                    content.isPresent()
                            ? JSON.readValue(content.get(), new TypeReference<Map<String, Map<String, String>>>() {})
                            : Map.of());
        } catch (JsonProcessingException e) {
            throw new IOException(file.path() + " is not what was written: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns the facts of a table; empty if none are recorded. */
    synchronized Optional<Map<String, String>> of(TableId table) {
        return Optional.ofNullable(stored.get(table.toString()));
    }

    /**
     * Records facts before the first row of a load is read.
     *
     * @param loaded the tables whose recorded facts do not count, because all of their rows are loaded
     */
    public synchronized void begin(Map<TableId, Map<String, String>> found, Set<TableId> loaded) throws IOException {
        Map<String, Map<String, String>> next = new TreeMap<>(stored);
        found.forEach((table, facts) -> {
            if (loaded.contains(table) || !next.containsKey(table.toString())) {
                next.put(table.toString(), facts);
            }
        });
        save(next);
    }

    synchronized void put(TableId table, Map<String, String> facts) throws IOException {
        Map<String, Map<String, String>> next = new TreeMap<>(stored);
        next.put(table.toString(), facts);
        save(next);
    }

    /** Forgets everything: all tables are loaded. */
    public synchronized void clear() throws IOException {
        save(Map.of());
    }

    private void save(Map<String, Map<String, String>> next) throws IOException {
        if (!Objects.equals(next, stored)) {
            file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(next));
            stored = next;
        }
    }
}
