package dev.tidemark.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loads that are not done, in the state directory; no file if there are none. Earlier versions kept those that operators
 * requested in a file of their own, which is read if it is there.
 */
public final class LoadFile implements Loads.Store {

    private static final String NAME = "loads.json";
    private static final String BEFORE = "table-snapshots.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private final DurableFile before;

    private record Entry(
            String table,
            String requested,
            String cause,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean fenced,
            boolean sweeps,
            List<String> writtenAs,
            List<String> key,
            List<String> after,
            long rows) {

        private static Entry of(Load load) {
            return new Entry(
                    load.table().toString(),
                    load.requested().toString(),
                    load.cause().name().toLowerCase(Locale.ROOT),
                    load.fenced(),
                    load.sweeps(),
                    load.writtenAs(),
                    load.key(),
                    load.after(),
                    load.rows());
        }

        private Load load() {
            return new Load(
                    TableId.parse(table),
                    Instant.parse(requested),
                    Load.Cause.valueOf(cause.toUpperCase(Locale.ROOT)),
                    fenced,
                    sweeps,
                    writtenAs,
                    key,
                    after,
                    rows);
        }
    }

    /** An entry of the file before. */
    private record EntryBefore(
            String table,
            String requested,
            List<String> key,
            List<String> after,
            long rows,
            @Nullable Boolean automatic) {

        private Load load() {
            Load.Cause cause = Boolean.TRUE.equals(automatic) ? Load.Cause.AUTOMATIC : Load.Cause.REQUESTED;
            return new Load(
                    TableId.parse(table),
                    Instant.parse(requested),
                    cause,
                    Boolean.TRUE.equals(automatic),
                    true,
                    List.of(),
                    key,
                    after,
                    rows);
        }
    }

    public LoadFile(Path state) {
        this.file = new DurableFile(state.resolve(NAME));
        this.before = new DurableFile(state.resolve(BEFORE));
    }

    /**
     * Reads what is pending; returns an empty list if the file does not exist.
     *
     * @throws IOException if the file cannot be read, is damaged, or is of another version
     */
    public List<Load> read() throws IOException {
        Optional<String> content = file.read();
        try {
            if (content.isPresent()) {
                return JSON.readValue(content.get(), new TypeReference<List<Entry>>() {}).stream()
                        .map(Entry::load)
                        .toList();
            }
            Optional<String> old = before.read();
            List<Load> loads = new ArrayList<>();
            if (old.isPresent()) {
                JSON.readValue(old.get(), new TypeReference<List<EntryBefore>>() {})
                        .forEach(each -> loads.add(each.load()));
            }
            return loads;
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException | NullPointerException e) {
            throw new IOException(
                    (content.isPresent() ? file : before).path()
                            + " is not what was written: remove it, and request its loads again",
                    e);
        }
    }

    @Override
    public void save(List<Load> pending) throws IOException {
        if (pending.isEmpty()) {
            file.delete();
        } else {
            file.write(JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(pending.stream().map(Entry::of).toList()));
        }
        if (Files.exists(before.path())) {
            before.delete();
        }
    }
}
