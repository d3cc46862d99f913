package dev.tidemark.ids;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which ids there are, as 64-bit hashes: those of a range of hashes that begins where it is told and ends where memory does
 * (invariant 3). Two ids with one hash look like one, so an id that is there is never missed. One thread.
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
     * An empty set.
     *
     * @param from the first hash that belongs to it; all are unsigned
     * @param most how many it keeps; above 1. Each takes 16 to 32 bytes
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

    /** Takes an id up where its hash is in the range; where they become too many, the range gets shorter. Returns whether it was there already. */
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

    /** Whether this set knows of an id, be it there or not: its hash is in the range. */
    public boolean covers(String id) {
        return isInRange(hash(id));
    }

    /** Whether a covered id is there. */
    public boolean contains(String id) {
        long hash = hash(id);
        return slots[slot(hash)] == hash;
    }

    /** Whether the range ends with the last hash there is. */
    public boolean isLast() {
        return last == LAST;
    }

    /** Where the next range begins. */
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

    /** The slot that holds the hash, or where it belongs. */
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

    /** Never 0, which stands for an empty slot. */
    private long hash(String id) {
        long hash = ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return hash == 0 ? 1 : hash;
    }
}
