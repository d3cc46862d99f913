package dev.tidemark.connector.postgres;

/** Places in the write-ahead log. */
final class Lsn {

    private static final int HALF = 32;

    private Lsn() {}

    /** As Postgres spells it: {@code 0/1A2B3C8}. */
    static String text(long lsn) {
        return String.format("%X/%X", lsn >>> HALF, lsn & 0xFFFFFFFFL);
    }
}
