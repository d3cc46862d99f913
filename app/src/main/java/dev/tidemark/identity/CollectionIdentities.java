package dev.tidemark.identity;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Record in the state directory of the collections that are written to: their identities, the targets of aliases, and what is in
 * doubt. A doubt is durable before it is reported (invariant 10). A state without the file has no identities yet: they are
 * recorded at the first start. Any thread.
 */
public final class CollectionIdentities {

    private static final String NAME = "collection-identities.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableFile file;
    private Stored stored;
    private Map<String, CollectionIdentity> collections;
    private boolean changed;

    /** The file's form. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Stored(
            Map<String, CollectionIdentity> collections,
            Map<String, String> aliases,
            Map<String, CollectionDoubt> doubts) {
        Stored {
            collections = Map.copyOf(Objects.requireNonNullElse(collections, Map.of()));
            aliases = Map.copyOf(Objects.requireNonNullElse(aliases, Map.of()));
            doubts = Map.copyOf(Objects.requireNonNullElse(doubts, Map.of()));
        }
    }

    private CollectionIdentities(DurableFile file, Stored stored) {
        this.file = file;
        this.stored = stored;
        this.collections = new TreeMap<>(stored.collections());
    }

    /**
     * Reads the identities of a state directory.
     *
     * @throws IOException if the file cannot be read or is damaged; the message is for the operator
     */
    public static CollectionIdentities open(Path state) throws IOException {
        DurableFile file = new DurableFile(state.resolve(NAME));
        Optional<String> content = file.read();
        try {
            return new CollectionIdentities(
                    file,
                    content.isPresent()
                            ? JSON.readValue(content.get(), Stored.class)
                            : new Stored(Map.of(), Map.of(), Map.of()));
        } catch (JsonProcessingException e) {
            throw new IOException(file.path() + " is not what was written: " + e.getOriginalMessage(), e);
        }
    }

    /** Returns what is known of a collection, by its concrete name; empty if it was not seen yet. */
    public synchronized Optional<CollectionIdentity> of(String collection) {
        return Optional.ofNullable(collections.get(collection));
    }

    /** Returns the concrete collection that an alias had as its target; null if the name was no alias. */
    public synchronized @Nullable String target(String alias) {
        return stored.aliases().get(alias);
    }

    /** Returns the doubts, in the order of the collections' names. */
    public synchronized List<CollectionDoubt> doubts() {
        return List.copyOf(new TreeMap<>(stored.doubts()).values());
    }

    /** Returns the doubt of a collection. */
    public synchronized Optional<CollectionDoubt> doubt(String collection) {
        return Optional.ofNullable(stored.doubts().get(collection));
    }

    /**
     * Records that a process starts to write; durable when this returns. Forgets all other collections and aliases, including
     * their doubts.
     *
     * @param loaded the collections whose tables are all loaded, which ends their doubts: a crash does not change that
     */
    public synchronized void begin(
            Map<String, CollectionIdentity> found, Map<String, String> aliases, Set<String> loaded) throws IOException {
        Map<String, CollectionDoubt> doubts = new TreeMap<>(stored.doubts());
        doubts.keySet().retainAll(found.keySet());
        doubts.keySet().removeAll(loaded);
        save(found, aliases, doubts);
    }

    /** Records how a collection is now, in memory; {@link #save} stores it durably. */
    synchronized void seen(String collection, CollectionIdentity now) {
        changed |= !now.equals(collections.put(collection, now));
    }

    /** Forgets collections other than these, in memory; {@link #save} stores that durably. */
    synchronized void retain(Set<String> names) {
        changed |= collections.keySet().retainAll(names);
    }

    /** Makes durable what was seen. */
    synchronized void save() throws IOException {
        if (changed) {
            save(collections, stored.aliases(), stored.doubts());
        }
    }

    /** Records a doubt together with what was found; durable when this returns. */
    synchronized void raise(CollectionDoubt doubt, CollectionIdentity found) throws IOException {
        Map<String, CollectionIdentity> now = new TreeMap<>(collections);
        now.put(doubt.collection(), found);
        Map<String, CollectionDoubt> doubts = new TreeMap<>(stored.doubts());
        doubts.put(doubt.collection(), doubt);
        save(now, stored.aliases(), doubts);
    }

    /**
     * Records that a table was reloaded from its first row to its last, with a sweep, since that doubt arose; durable when this
     * returns.
     *
     * @return whether this has ended the doubt
     */
    synchronized boolean reloaded(String collection, long number, String table) throws IOException {
        CollectionDoubt doubt = stored.doubts().get(collection);
        if (doubt == null || doubt.number() != number || !doubt.sameSchema()) {
            return false;
        }
        CollectionDoubt left = doubt.without(table);
        Map<String, CollectionDoubt> doubts = new TreeMap<>(stored.doubts());
        if (left.tables().isEmpty()) {
            doubts.remove(collection);
        } else {
            doubts.put(collection, left);
        }
        save(collections, stored.aliases(), doubts);
        return left.tables().isEmpty();
    }

    private void save(
            Map<String, CollectionIdentity> now, Map<String, String> aliases, Map<String, CollectionDoubt> doubts)
            throws IOException {
        Stored next = new Stored(now, aliases, doubts);
        file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(next));
        stored = next;
        collections = new TreeMap<>(now);
        changed = false;
    }
}
