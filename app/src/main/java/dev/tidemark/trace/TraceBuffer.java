package dev.tidemark.trace;

import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of the last changes: a ring of slots that are reused, so in the steady state nothing is allocated for a change.
 * It has no index; a query reads every slot, which takes a millisecond or two.
 *
 * <p>Invariant 3: bounded by the number of entries and by the text they keep in memory. The oldest entries are dropped first.
 *
 * <p>The flush thread {@linkplain #begin begins} entries; it and the threads that write for it {@linkplain #end end} them; any
 * thread may query. One lock, held for a few writes into one slot.
 */
public final class TraceBuffer {

    private static final int ENTRIES = 1 << 16;
    private static final int CHARACTERS = 8 << 20;
    private static final int LONGEST_NOTE = 500;

    private final @Nullable Slot[] slots;
    private final int mask;
    private final int mostCharacters;
    private final long openedMillis = System.currentTimeMillis();

    // Both count up indefinitely and may overflow: only their difference and their lower bits matter.
    private int next;
    private int oldest;
    private int characters;
    private long forgottenMillis;
    private @Nullable Cleared cleared;
    private long batch;
    private long takenMillis;

    private static final class Slot {
        private @Nullable TableId table;
        private String collection = "";
        private @Nullable String id;
        private @Nullable String key;
        private @Nullable String note;
        private @Nullable TableId cause;
        private Operation operation = Operation.INSERT;
        private Outcome outcome = Outcome.WRITING;
        private long position;
        private long committedMillis;
        private long receivedMillis;
        private long batch;
        private long takenMillis;
        private long doneMillis;

        private int characters() {
            return length(id) + length(key) + length(note);
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }

        private TraceEntry entry(TableId of) {
            return new TraceEntry(
                    of,
                    collection,
                    id,
                    key,
                    operation,
                    cause,
                    position,
                    committedMillis,
                    receivedMillis,
                    batch,
                    takenMillis,
                    doneMillis,
                    outcome,
                    note);
        }
    }

    /**
     * Entries that are held of a row.
     *
     * @param entries from the oldest to the newest
     * @param more whether there are older ones
     * @param sinceMillis entries of batches that were taken later are all held
     * @param cleared when changes that waited were last discarded to be sent again, null if that has not happened
     */
    public record Held(
            List<TraceEntry> entries,
            boolean more,
            long sinceMillis,
            @Nullable Cleared cleared) {}

    /** Record that an engine ended and the changes that waited then were discarded: the source sends them again. */
    public record Cleared(long millis, int changes) {}

    /** Creates an empty buffer with the limits of a service: 65,536 entries, 8 million characters. */
    public TraceBuffer() {
        this(ENTRIES, CHARACTERS);
    }

    /**
     * Creates an empty buffer.
     *
     * @param entries the max number of entries, a power of two
     * @param characters the max number of characters of ids, keys and notes together
     */
    TraceBuffer(int entries, int characters) {
        if (Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException(entries + " is not a power of two");
        }
        this.slots = new @Nullable Slot[entries];
        this.mask = entries - 1;
        this.mostCharacters = characters;
    }

    /** Begins a batch: the entries that follow belong to it. */
    public synchronized void take(long number, long millis) {
        batch = number;
        takenMillis = millis;
    }

    /** Records that this number of waiting changes was discarded: they have no entry, and are sent again. */
    public synchronized void cleared(int changes) {
        if (changes > 0) {
            cleared = new Cleared(System.currentTimeMillis(), changes);
        }
    }

    /**
     * Begins an entry, which is being written until it is ended.
     *
     * @param id the document's; null if all of the table are meant, or if the row has none
     * @param key the row's key if the id does not show it
     * @param cause the table that changed, if that is another one
     * @return what to {@link #end} it with
     */
    public synchronized int begin(
            TableId table,
            String collection,
            @Nullable String id,
            @Nullable String key,
            Operation operation,
            @Nullable TableId cause,
            ChangeEvent event) {
        Slot slot = nextSlot(table, collection, id, operation, Outcome.WRITING);
        slot.key = key;
        slot.cause = cause;
        slot.position = event.position();
        slot.committedMillis = event.commitMillis();
        slot.receivedMillis = event.receivedMillis();
        slot.doneMillis = 0;
        return added(slot);
    }

    /** Records documents that a load has written. */
    public synchronized void loaded(TableId table, String collection, List<String> ids) {
        add(table, collection, ids, Operation.SNAPSHOT, Outcome.UPSERTED);
    }

    /** Records that documents of a table were deleted because a sweep found no row for them. */
    public synchronized void swept(TableId table, String collection, List<String> ids) {
        add(table, collection, ids, Operation.SWEEP, Outcome.DELETED);
    }

    /** Adds what no change of the log caused. */
    private void add(TableId table, String collection, List<String> ids, Operation operation, Outcome outcome) {
        long now = System.currentTimeMillis();
        for (String id : ids.subList(Math.max(0, ids.size() - slots.length), ids.size())) {
            Slot slot = nextSlot(table, collection, id, operation, outcome);
            slot.key = null;
            slot.cause = null;
            slot.position = 0;
            slot.committedMillis = 0;
            slot.receivedMillis = 0;
            slot.doneMillis = now;
            added(slot);
        }
    }

    /** Returns the slot of the next entry; its fields that depend on the change still have the values of an earlier entry. */
    private Slot nextSlot(TableId table, String collection, @Nullable String id, Operation operation, Outcome outcome) {
        if (next - oldest == slots.length) {
            forgetOldest();
        }
        Slot slot = slots[next & mask];
        if (slot == null) {
            slot = new Slot();
            slots[next & mask] = slot;
        }
        slot.table = table;
        slot.collection = collection;
        slot.id = id;
        slot.operation = operation;
        slot.outcome = outcome;
        slot.note = null;
        slot.batch = batch;
        slot.takenMillis = takenMillis;
        return slot;
    }

    private int added(Slot slot) {
        int ticket = next++;
        grow(slot.characters());
        return ticket;
    }

    private void grow(int more) {
        characters += more;
        while (characters > mostCharacters && oldest != next) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        Slot slot = at(oldest);
        characters -= slot.characters();
        slot.id = null;
        slot.key = null;
        slot.note = null;
        forgottenMillis = slot.takenMillis;
        oldest++;
    }

    /** Returns the slot of a ticket; null if the entry is no longer held. */
    private @Nullable Slot slot(int ticket) {
        return ticket - oldest >= 0 && ticket - next < 0 ? at(ticket) : null;
    }

    private Slot at(int ticket) {
        return Objects.requireNonNull(slots[ticket & mask]);
    }

    /** Ends an entry with its outcome. Does nothing if the entry is no longer held. */
    public synchronized void end(int ticket, Outcome outcome) {
        Slot slot = slot(ticket);
        if (slot != null) {
            slot.outcome = outcome;
            slot.doneMillis = System.currentTimeMillis();
        }
    }

    /** Records why it is done, unless that was recorded before; cut off if it is long. */
    public synchronized void note(int ticket, String note) {
        Slot slot = slot(ticket);
        if (slot != null && slot.note == null) {
            int before = slot.characters();
            slot.note = note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) + "..." : note;
            grow(slot.characters() - before);
        }
    }

    /**
     * Returns the entries that are held of a table's rows.
     *
     * @param wanted whether an entry's id or key is meant; entries that concern all rows of the table are always returned
     * @param most the max number of entries; the newest are returned
     */
    public synchronized Held find(TableId table, Predicate<String> wanted, int most) {
        Deque<TraceEntry> found = new ArrayDeque<>();
        int at = next;
        while (at != oldest && found.size() <= most) {
            at--;
            Slot slot = at(at);
            TableId of = slot.table;
            if (of != null && of.equals(table) && isWanted(slot, wanted)) {
                found.addFirst(slot.entry(of));
            }
        }
        boolean more = found.size() > most;
        if (more) {
            found.removeFirst();
        }
        return new Held(List.copyOf(found), more, forgottenMillis == 0 ? openedMillis : forgottenMillis, cleared);
    }

    private static boolean isWanted(Slot slot, Predicate<String> wanted) {
        String id = slot.id;
        String key = slot.key;
        return slot.operation == Operation.TRUNCATE
                || (id != null && wanted.test(id))
                || (key != null && wanted.test(key));
    }
}
