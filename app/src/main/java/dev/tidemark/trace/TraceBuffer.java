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
 * What became of the last changes: a ring of slots that are used again, so in the steady state nothing is allocated for a
 * change. There is no index; a question looks at every slot, which takes a millisecond or two.
 *
 * <p>Invariant 3: bounded by entries and by the text they keep alive. The oldest make room.
 *
 * <p>The flush thread {@linkplain #begin begins} entries; it and the threads that write for it {@linkplain #end end} them; any may
 * ask. One lock, held for a few writes into one slot.
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
     * What is held of a row.
     *
     * @param entries from the oldest to the newest
     * @param more whether there are older ones
     * @param sinceMillis entries of batches that were taken later are all held
     * @param cleared when changes that waited were last given up to be sent again, null if that has not been
     */
    public record Held(
            List<TraceEntry> entries,
            boolean more,
            long sinceMillis,
            @Nullable Cleared cleared) {}

    /** An engine ended, and what waited then was given up: the source sends it again. */
    public record Cleared(long millis, int changes) {}

    /** The bounds of a service: 65,536 entries, 8 million characters. */
    public TraceBuffer() {
        this(ENTRIES, CHARACTERS);
    }

    /**
     * Makes an empty buffer.
     *
     * @param entries the most it holds, a power of two
     * @param characters the most that ids, keys and notes may have together
     */
    public TraceBuffer(int entries, int characters) {
        if (Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException(entries + " is no power of two");
        }
        this.slots = new @Nullable Slot[entries];
        this.mask = entries - 1;
        this.mostCharacters = characters;
    }

    /** From now on entries are of this batch. */
    public synchronized void take(long number, long millis) {
        batch = number;
        takenMillis = millis;
    }

    /** So many changes that waited were given up: they are in no entry, and come again. */
    public synchronized void cleared(int changes) {
        if (changes > 0) {
            cleared = new Cleared(System.currentTimeMillis(), changes);
        }
    }

    /**
     * Begins an entry, which is being written until it is ended.
     *
     * @param id the document's; null if all of the table are meant, or if there is none
     * @param key the row's key where the id does not tell it
     * @param cause the table that changed, where that is another one
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

    /** Documents of a table were deleted because a sweep found no row for them. */
    public synchronized void swept(TableId table, String collection, List<String> ids) {
        long now = System.currentTimeMillis();
        for (String id : ids.subList(Math.max(0, ids.size() - slots.length), ids.size())) {
            Slot slot = nextSlot(table, collection, id, Operation.SWEEP, Outcome.DELETED);
            slot.key = null;
            slot.cause = null;
            slot.position = 0;
            slot.committedMillis = 0;
            slot.receivedMillis = 0;
            slot.doneMillis = now;
            added(slot);
        }
    }

    /** The slot of the next entry: what an entry has by its change is as it was left. */
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

    /** The slot of a ticket; null if it has been used again. */
    private @Nullable Slot slot(int ticket) {
        return ticket - oldest >= 0 && ticket - next < 0 ? at(ticket) : null;
    }

    private Slot at(int ticket) {
        return Objects.requireNonNull(slots[ticket & mask]);
    }

    /** Says what became of it. Nothing happens if it is not held any more. */
    public synchronized void end(int ticket, Outcome outcome) {
        Slot slot = slot(ticket);
        if (slot != null) {
            slot.outcome = outcome;
            slot.doneMillis = System.currentTimeMillis();
        }
    }

    /** Says why it is done, where that has not been said yet; cut off where it is long. */
    public synchronized void note(int ticket, String note) {
        Slot slot = slot(ticket);
        if (slot != null && slot.note == null) {
            int before = slot.characters();
            slot.note = note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) + "..." : note;
            grow(slot.characters() - before);
        }
    }

    /**
     * What is held of a table's rows.
     *
     * @param wanted whether an entry's id or key is meant; entries of the whole table are, whatever it says
     * @param most so many of the newest
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
