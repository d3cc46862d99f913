package dev.tidemark.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loads that are not done, in the state directory; no file if there are none. An entry with a field that this version does not
 * know is never read without it. Earlier versions kept those that operators
 * requested in a file of their own, which is read if it is there.
 *
 * <p>Progress relies on the stored position: what changes a row behind it is streamed, what changed before is not. So each entry
 * carries the id of that position, and its progress does not count with another one.
 */
public final class LoadFile implements Loads.Store {

    private static final String NAME = "loads.json";
    private static final String BEFORE = "table-snapshots.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Logger log = LoggerFactory.getLogger(LoadFile.class);

    private final DurableFile file;
    private final DurableFile before;
    private final Supplier<@Nullable String> position;
    private final List<Load> startedAgain = new ArrayList<>();

    private record Entry(
            String table,
            String requested,
            String cause,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean fenced,
            boolean sweeps,
            List<String> writtenAs,
            List<String> key,
            List<String> after,
            long rows,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String where,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
            List<String> fromKey,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
            List<String> from,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String position) {

        private static Entry of(Load load, @Nullable String position) {
            return new Entry(
                    load.table().toString(),
                    load.requested().toString(),
                    load.cause().name().toLowerCase(Locale.ROOT),
                    load.fenced(),
                    load.sweeps(),
                    load.writtenAs(),
                    load.key(),
                    load.after(),
                    load.rows(),
                    load.selection().where(),
                    load.selection().key(),
                    load.selection().from(),
                    load.rows() == 0 ? null : position);
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
                    rows,
                    new RowSelection(where, fromKey == null ? List.of() : fromKey, from == null ? List.of() : from));
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
                    rows,
                    RowSelection.ALL);
        }
    }

    /** @param position the id of the stored position; null if none is stored */
    public LoadFile(Path state, Supplier<@Nullable String> position) {
        this.position = position;
        this.file = new DurableFile(state.resolve(NAME));
        this.before = new DurableFile(state.resolve(BEFORE));
    }

    /**
     * Reads what is pending, without progress that relied on another position; returns an empty list if the file does not exist.
     *
     * @throws IOException if the file cannot be read, is damaged, or is of another version
     */
    public List<Load> read() throws IOException {
        Optional<String> content = file.read();
        try {
            if (content.isPresent()) {
                return JSON.readValue(content.get(), new TypeReference<List<Entry>>() {}).stream()
                        .map(entry -> relying(entry.load(), entry.position()))
                        .toList();
            }
            Optional<String> old = before.read();
            List<Load> loads = new ArrayList<>();
            if (old.isPresent()) {
                JSON.readValue(old.get(), new TypeReference<List<EntryBefore>>() {})
                        .forEach(each -> loads.add(relying(each.load(), null)));
            }
            return loads;
        } catch (UnrecognizedPropertyException e) {
            // To read the rest of it would load other rows than were requested.
            throw new IOException(
                    file.path() + " was written by a newer version of Tidemark: '" + e.getPropertyName()
                            + "' is unknown to this one; start that version again, or let it complete its loads first",
                    e);
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException | NullPointerException e) {
            throw new IOException(
                    (content.isPresent() ? file : before).path()
                            + " is not what was written: remove it, and request its loads again",
                    e);
        }
    }

    private Load relying(Load load, @Nullable String on) {
        if (load.rows() == 0 || (on != null && on.equals(position.get()))) {
            return load;
        }
        log.atWarn()
                .addKeyValue("table", load.table())
                .log(
                        "the load of {} starts again: its {} rows were read for another position than the one that is stored",
                        load.table(),
                        load.rows());
        Load again = load.startedOver(load.requested());
        startedAgain.add(again);
        return again;
    }

    /** Returns the loads whose progress did not count when they were read. */
    public List<Load> startedAgain() {
        return List.copyOf(startedAgain);
    }

    @Override
    public void save(List<Load> pending) throws IOException {
        if (pending.isEmpty()) {
            file.delete();
        } else {
            String id = position.get();
            file.write(JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(
                            pending.stream().map(load -> Entry.of(load, id)).toList()));
        }
        if (Files.exists(before.path())) {
            before.delete();
        }
    }
}
