package dev.tidemark.verify.hash;

/** 64-bit hashes of texts and of parts. */
public final class Hash {

    private static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    private Hash() {}

    public static long of(CharSequence text) {
        return of(SEED, text);
    }

    /** Returns the hash of a text that follows what the first hash is of. */
    static long of(long first, CharSequence text) {
        long hash = first ^ text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FACTOR;
            hash ^= hash >>> 32;
        }
        return mix(hash);
    }

    /** Returns the hash of two parts in their order. */
    public static long of(long first, long second) {
        return mix(mix(first) * FACTOR + second);
    }

    private static long mix(long value) {
        long hash = (value ^ (value >>> 32)) * FACTOR;
        hash = (hash ^ (hash >>> 29)) * SEED;
        return hash ^ (hash >>> 32);
    }
}
