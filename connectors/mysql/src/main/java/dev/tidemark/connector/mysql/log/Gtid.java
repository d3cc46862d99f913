package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.data.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A transaction's name in the binlog.
 *
 * @param name such as {@code 3e11fa47-71ca-11e1-9e33-c80aa9429562:23}; empty if the server gives none
 */
public record Gtid(String name) implements Transaction {

    /** Any transaction of a server without GTIDs. */
    public static final Gtid NONE = new Gtid("");

    boolean isNamed() {
        return !name.isEmpty();
    }

    /** Returns all of them as the server writes a set: {@code uuid:1-3:7,other:5}. Empty for none. */
    static String set(Collection<Gtid> gtids) {
        Map<String, List<Long>> bySource = new TreeMap<>();
        for (Gtid gtid : gtids) {
            int colon = gtid.name.lastIndexOf(':'); // a tag may stand between the source and the number
            bySource.computeIfAbsent(gtid.name.substring(0, colon), source -> new ArrayList<>())
                    .add(Long.valueOf(gtid.name.substring(colon + 1)));
        }
        List<String> sets = new ArrayList<>();
        bySource.forEach((source, numbers) -> sets.add(source + ranges(numbers)));
        return String.join(",", sets);
    }

    private static String ranges(List<Long> numbers) {
        long[] sorted =
                numbers.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
        StringBuilder ranges = new StringBuilder();
        for (int from = 0; from < sorted.length; ) {
            int to = from;
            while (to + 1 < sorted.length && sorted[to + 1] == sorted[to] + 1) {
                to++;
            }
            ranges.append(':').append(sorted[from]);
            if (to > from) {
                ranges.append('-').append(sorted[to]);
            }
            from = to + 1;
        }
        return ranges.toString();
    }
}
