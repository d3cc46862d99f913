package dev.tidemark.verify;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a verification has found so far: numbers of all, and as many findings as there is room for. Any thread. */
final class Findings {

    /** Findings that are listed (invariant 3); all are counted. */
    private static final int LISTED = 20_000;

    private final Map<String, Counts> collections = new TreeMap<>();
    private final Map<String, Finding> listed = new LinkedHashMap<>();
    private long leftOut;
    private long unmapped;
    private long held;

    /** Numbers of one collection. */
    private static final class Counts {
        private long checked;
        private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
        private long repaired;
    }

    private Counts of(String collection) {
        return collections.computeIfAbsent(collection, each -> new Counts());
    }

    synchronized void checked(String collection, long documents) {
        of(collection).checked += documents;
    }

    /** Counts fields of documents that no mapping writes. */
    synchronized void unmapped(long fields) {
        unmapped += fields;
    }

    synchronized void add(Finding finding) {
        of(finding.collection()).kinds.merge(finding.kind(), 1L, Long::sum);
        if (listed.size() < LISTED) {
            listed.put(key(finding.collection(), finding.id()), finding);
        } else {
            leftOut++;
        }
    }

    synchronized void repaired(String collection, String id) {
        of(collection).repaired++;
        listed.computeIfPresent(key(collection, id), (key, finding) -> finding.asRepaired());
    }

    /** Counts documents without a row that wait for an approval. */
    synchronized void held(long documents) {
        held += documents;
    }

    private static String key(String collection, String id) {
        return collection + "\0" + id;
    }

    synchronized Report report(VerifyRequest request, Report.State state, String error, String hint) {
        long checked = 0;
        long repaired = 0;
        Map<Kind, Long> sums = new EnumMap<>(Kind.class);
        Map<String, Report.Numbers> numbers = new TreeMap<>();
        for (Map.Entry<String, Counts> each : collections.entrySet()) {
            Counts counts = each.getValue();
            checked += counts.checked;
            repaired += counts.repaired;
            counts.kinds.forEach((kind, count) -> sums.merge(kind, count, Long::sum));
            numbers.put(each.getKey(), new Report.Numbers(counts.checked, Map.copyOf(counts.kinds), counts.repaired));
        }
        return new Report(
                request,
                state,
                checked,
                sums,
                repaired,
                held,
                unmapped,
                List.copyOf(listed.values()),
                leftOut,
                numbers,
                error,
                hint);
    }
}
