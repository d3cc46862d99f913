package dev.tidemark.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of single tables that are not done, in the state directory; no file if there are none. A backup of it is
 * consistent: it was copied before Typesense was, so Typesense has the rows that it counts as durable.
 */
public final class TableSnapshotFile implements TableSnapshots.Store {

    private static final String NAME = "table-snapshots.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;

    /** @param automatic left out if false: earlier versions do not know it */
    private record Stored(
            String table,
            String requested,
            List<String> key,
            List<String> after,
            long rows,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean automatic) {}

    public TableSnapshotFile(Path state) {
        this.file = new DurableFile(state.resolve(NAME));
    }

    /**
     * Reads what is pending; returns an empty list if the file does not exist.
     *
     * @throws IOException if the file cannot be read or is damaged
     */
    public List<TableSnapshot> read() throws IOException {
        Optional<String> content = file.read();
        List<TableSnapshot> pending = new ArrayList<>();
        if (content.isPresent()) {
            try {
                for (Stored each : JSON.readValue(content.get(), new TypeReference<List<Stored>>() {})) {
                    pending.add(new TableSnapshot(
                            TableId.parse(each.table),
                            Instant.parse(each.requested),
                            each.key,
                            each.after,
                            each.rows,
                            each.automatic));
                }
            } catch (JsonProcessingException | DateTimeException | IllegalArgumentException | NullPointerException e) {
                throw new IOException(
                        file.path() + " is not what was written: remove it, and request its snapshots again", e);
            }
        }
        return pending;
    }

    @Override
    public void save(List<TableSnapshot> pending) throws IOException {
        if (pending.isEmpty()) {
            file.delete();
            return;
        }
        List<Stored> stored = pending.stream()
                .map(of -> new Stored(
                        of.table().toString(),
                        of.requested().toString(),
                        of.key(),
                        of.after(),
                        of.rows(),
                        of.automatic()))
                .toList();
        file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stored));
    }
}
