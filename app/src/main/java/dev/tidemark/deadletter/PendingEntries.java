package dev.tidemark.deadletter;

import dev.tidemark.deadletter.DeadLetterIndex.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Locations of the pending entries of a file, by {@linkplain DeadLetterIndex#slot slot}, in about 60 bytes each: of a slot only
 * 128 bits of its SHA-256 are kept, which is enough to distinguish any two. Any thread; each call is short.
 */
final class PendingEntries {

    /** Each part grows separately, so that there are never two copies of all entries. */
    private static final int PARTS = 64;

    private final Part[] parts = new Part[PARTS];
    private int size;
    private long bytes;

    PendingEntries() {
        Arrays.setAll(parts, i -> new Part());
    }

    /** The half of a digest that determines a place, and the half that distinguishes it from its neighbours. */
    private record Key(long place, long rest) {

        static Key of(String slot) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(slot.getBytes(StandardCharsets.UTF_8));
                return new Key(number(digest, 0), number(digest, Long.BYTES));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        private static long number(byte[] digest, int from) {
            long number = 0;
            for (int i = from; i < from + Long.BYTES; i++) {
                number = (number << 8) | (digest[i] & 0xFF);
            }
            return number;
        }

        int part() {
            return (int) (place & (PARTS - 1));
        }
    }

    synchronized int size() {
        return size;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** Returns the number of bytes of all their lines. */
    synchronized long bytes() {
        return bytes;
    }

    synchronized @Nullable Entry get(String slot) {
        Key key = Key.of(slot);
        Part part = parts[key.part()];
        int at = part.find(key);
        return at >= 0 && part.isTaken(at) ? part.entry(at) : null;
    }

    boolean contains(String slot) {
        return get(slot) != null;
    }

    /** Puts an entry; returns the entry that it replaced, or null. */
    synchronized @Nullable Entry put(String slot, Entry entry) {
        Key key = Key.of(slot);
        Entry before = parts[key.part()].put(key, entry);
        size += before == null ? 1 : 0;
        bytes += entry.length() - (before == null ? 0 : before.length());
        return before;
    }

    /** Removes an entry; returns it, or null if there was none. */
    synchronized @Nullable Entry remove(String slot) {
        Key key = Key.of(slot);
        Entry before = parts[key.part()].remove(key);
        size -= before == null ? 0 : 1;
        bytes -= before == null ? 0 : before.length();
        return before;
    }

    /** Returns the offsets of their lines, in the order of the file. */
    synchronized long[] offsets() {
        long[] offsets = new long[size];
        int next = 0;
        for (Part part : parts) {
            for (int at = 0; at < part.lengths.length; at++) {
                if (part.isTaken(at)) {
                    offsets[next++] = part.offsets[at];
                }
            }
        }
        Arrays.sort(offsets);
        return offsets;
    }

    /** Records that their lines were moved: from each offset, in ascending order, to the one at the same index. */
    synchronized void move(long[] from, long[] to) {
        for (Part part : parts) {
            for (int at = 0; at < part.lengths.length; at++) {
                if (part.isTaken(at)) {
                    part.offsets[at] = to[Arrays.binarySearch(from, part.offsets[at])];
                }
            }
        }
    }

    /** A hash table with open addressing; a place is taken if its line has a length. */
    private static final class Part {
        private long[] places = new long[0];
        private long[] rests = new long[0];
        private long[] positions = new long[0];
        private long[] offsets = new long[0];
        private int[] lengths = new int[0];
        private int taken;

        boolean isTaken(int at) {
            return lengths[at] > 0;
        }

        Entry entry(int at) {
            return new Entry(positions[at], offsets[at], lengths[at]);
        }

        private int home(long place) {
            return (int) Long.remainderUnsigned(place >>> 6, lengths.length);
        }

        /** Returns the place of the key, or the free place for it; -1 if the table has no places yet. */
        int find(Key key) {
            if (lengths.length == 0) {
                return -1;
            }
            int at = home(key.place);
            while (isTaken(at) && (places[at] != key.place || rests[at] != key.rest)) {
                at = next(at);
            }
            return at;
        }

        private int next(int at) {
            return at + 1 == lengths.length ? 0 : at + 1;
        }

        @Nullable
        Entry put(Key key, Entry entry) {
            if (4L * (taken + 1) > 3L * lengths.length) {
                grow();
            }
            int at = find(key);
            Entry before = isTaken(at) ? entry(at) : null;
            taken += before == null ? 1 : 0;
            set(at, key.place, key.rest, entry.position(), entry.offset(), entry.length());
            return before;
        }

        private void set(int at, long place, long rest, long position, long offset, int length) {
            places[at] = place;
            rests[at] = rest;
            positions[at] = position;
            offsets[at] = offset;
            lengths[at] = length;
        }

        private void grow() {
            Part old = new Part();
            old.places = places;
            old.rests = rests;
            old.positions = positions;
            old.offsets = offsets;
            old.lengths = lengths;
            int capacity = Math.max(8, lengths.length + lengths.length / 2);
            places = new long[capacity];
            rests = new long[capacity];
            positions = new long[capacity];
            offsets = new long[capacity];
            lengths = new int[capacity];
            for (int at = 0; at < old.lengths.length; at++) {
                if (old.isTaken(at)) {
                    takeOver(old, at);
                }
            }
        }

        private void takeOver(Part from, int at) {
            int free = find(new Key(from.places[at], from.rests[at]));
            set(free, from.places[at], from.rests[at], from.positions[at], from.offsets[at], from.lengths[at]);
        }

        @Nullable
        Entry remove(Key key) {
            int at = find(key);
            if (at < 0 || !isTaken(at)) {
                return null;
            }
            Entry before = entry(at);
            taken--;
            close(at);
            return before;
        }

        /** Moves up each entry that had to go past the freed place, so that no search ends at a gap too soon. */
        private void close(int freed) {
            int gap = freed;
            for (int at = next(gap); isTaken(at); at = next(at)) {
                int home = home(places[at]);
                boolean between = gap <= at ? gap < home && home <= at : gap < home || home <= at;
                if (!between) {
                    set(gap, places[at], rests[at], positions[at], offsets[at], lengths[at]);
                    gap = at;
                }
            }
            lengths[gap] = 0;
        }
    }
}
