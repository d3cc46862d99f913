package dev.tidemark.connector.postgres.log;

import java.util.Arrays;

/**
 * Transactions that a statement sees, as {@code pg_current_snapshot()} shows them: transactions below {@code xmin}, and those
 * below {@code xmax} that are not in progress. A transaction that is seen once is seen in every later snapshot.
 *
 * @param inProgress in ascending order
 */
record Snapshot(long xmin, long xmax, long[] inProgress) {

    /** Takes apart a text such as {@code 746:751:746,749}. */
    static Snapshot parse(String text) {
        String[] parts = text.split(":", -1);
        long[] running = parts[2].isEmpty()
                ? new long[0]
                : Arrays.stream(parts[2].split(",", -1))
                        .mapToLong(Long::parseLong)
                        .toArray();
        return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
    }

    /** Returns whether the transaction has ended for those who read. */
    boolean sees(Xid xid) {
        // The epoch that its lower bits lack is that of the nearest such number, as Postgres compares them itself.
        long full = xmax + (xid.id() - (int) xmax);
        return full < xmin || (full < xmax && Arrays.binarySearch(inProgress, full) < 0);
    }
}
