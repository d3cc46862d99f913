package dev.tidemark.connector.postgres.log;

/** Places in the write-ahead log. */
public final class Lsn {

    private static final int HALF = 32;

    private Lsn() {}

    /** Returns the LSN that a text such as {@code 0/1A2B3C8} names. */
    static long parse(String text) {
        int slash = text.indexOf('/');
        return Long.parseLong(text.substring(0, slash), 16) << HALF | Long.parseLong(text.substring(slash + 1), 16);
    }

    /** Returns the LSN as Postgres spells it: {@code 0/1A2B3C8}. */
    public static String text(long lsn) {
        return String.format("%X/%X", lsn >>> HALF, lsn & 0xFFFFFFFFL);
    }
}
