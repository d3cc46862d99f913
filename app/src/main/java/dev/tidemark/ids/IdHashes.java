package dev.tidemark.ids;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Set of ids as 64-bit hashes: those of a range of hashes that begins at a given one and ends at the last one for which there is
 * memory (invariant 3). Two ids with one hash look like one, so an id that exists is never missed. One thread.
 */
public final class IdHashes {

    private static final int SMALLEST = 1 << 10;
    private static final long LAST = -1L; // of all, unsigned

    private final int most;
    private final long from;
    private final MessageDigest digest;
    private long last = LAST;
    private long[] slots = new long[SMALLEST];
    private int size;

    /**
     * Creates an empty set.
     *
     * @param from the first hash that belongs to it; all are unsigned
     * @param most the max number of ids that it keeps; above 1. Each takes 16 to 32 bytes
     */
    public IdHashes(long from, int most) {
        this.from = from;
        this.most = most;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    /**
     * Adds an id if its hash is in the range. If there are too many then, the range gets shorter.
     *
     * @return whether the id was in the set already
     */
    public boolean add(String id) {
        long hash = hash(id);
        if (!isInRange(hash)) {
            return false;
        }
        if (!put(hash)) {
            return true;
        }
        size++;
        while (size > most) {
            last = from + ((last - from) >>> 1);
            rebuild(slots.length);
        }
        if (size > slots.length / 2) {
            rebuild(slots.length * 2);
        }
        return false;
    }

    /** Returns whether this set covers an id, whether the id exists or not: its hash is in the range. */
    public boolean covers(String id) {
        return isInRange(hash(id));
    }

    /** Returns whether a covered id is in the set. */
    public boolean contains(String id) {
        long hash = hash(id);
        return slots[slot(hash)] == hash;
    }

    /** Returns whether the range ends with the last possible hash. */
    public boolean isLast() {
        return last == LAST;
    }

    /** Returns the first hash of the next range. */
    public long next() {
        return last + 1;
    }

    private boolean isInRange(long hash) {
        return Long.compareUnsigned(hash, from) >= 0 && Long.compareUnsigned(hash, last) <= 0;
    }

    private boolean put(long hash) {
        int slot = slot(hash);
        boolean fresh = slots[slot] == 0;
        slots[slot] = hash;
        return fresh;
    }

    /** Returns the index of the slot that holds the hash, or of the free slot for it. */
    private int slot(long hash) {
        int slot = (int) hash & (slots.length - 1);
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void rebuild(int length) {
        long[] old = slots;
        slots = new long[length];
        size = 0;
        for (long hash : old) {
            if (hash != 0 && isInRange(hash) && put(hash)) {
                size++;
            }
        }
    }

    /** Returns the hash of an id; never 0, which stands for an empty slot. */
    private long hash(String id) {
        long hash = ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return hash == 0 ? 1 : hash;
    }
}
