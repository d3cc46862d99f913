package dev.tidemark.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The facts of the database's history at the last comparison, in the state directory. One thread at a time. */
public final class HistoryFile {

    private static final String NAME = "source.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private Map<String, String> facts;

    private HistoryFile(DurableFile file, Map<String, String> facts) {
        this.file = file;
        this.facts = facts;
    }

    /**
     * Reads the facts of a state directory; none if an earlier version wrote it.
     *
     * @throws IOException if the file cannot be read or is damaged; the message is for the operator
     */
    public static HistoryFile open(Path state) throws IOException {
        DurableFile file = new DurableFile(state.resolve(NAME));
        Optional<String> content = file.read();
        try {
            return new HistoryFile(
                    file,
                    content.isPresent()
                            ? JSON.readValue(content.get(), new TypeReference<Map<String, String>>() {})
                            : Map.of());
        } catch (JsonProcessingException e) {
            throw new IOException(file.path() + " is not what was written: " + e.getOriginalMessage(), e);
        }
    }

    /** Removes the facts of a state directory: the next start records what it finds. */
    public static void remove(Path state) throws IOException {
        new DurableFile(state.resolve(NAME)).delete();
    }

    Map<String, String> facts() {
        return facts;
    }

    /** Replaces the facts; durable when this returns, unchanged if it throws. */
    void write(Map<String, String> now) throws IOException {
        if (!now.equals(facts)) {
            file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(new TreeMap<>(now)));
            facts = Map.copyOf(now);
        }
    }

    void remove() throws IOException {
        file.delete();
        facts = Map.of();
    }
}
