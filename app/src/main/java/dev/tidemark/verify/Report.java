package dev.tidemark.verify;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * State of a verification, and what it has found so far.
 *
 * @param checked documents that were compared
 * @param kinds numbers of findings
 * @param held documents without a row that are not deleted before an approval
 * @param unmapped fields of documents that no mapping writes
 * @param findings those for which there was room
 * @param leftOut how many others there are
 * @param collections the same by collection
 * @param error what ended it early; empty if nothing did
 * @param hint what to do about that
 */
public record Report(
        VerifyRequest request,
        State state,
        long checked,
        Map<Kind, Long> kinds,
        long repaired,
        long held,
        long unmapped,
        List<Finding> findings,
        long leftOut,
        Map<String, Numbers> collections,
        String error,
        String hint) {

    /** States of a verification. */
    public enum State {
        RUNNING,
        DONE,
        /** It was not ended: nothing is known. */
        FAILED;

        /** Returns its name in JSON. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Numbers of one collection. */
    public record Numbers(long checked, Map<Kind, Long> kinds, long repaired) {

        /** Returns how many findings of that kind there are. */
        public long of(Kind kind) {
            return kinds.getOrDefault(kind, 0L);
        }

        /** Returns how many documents are what their rows are. */
        public long equal() {
            return checked - kinds.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Returns how many findings of that kind there are. */
    public long of(Kind kind) {
        return kinds.getOrDefault(kind, 0L);
    }

    /** Returns whether it has ended without a difference. */
    public boolean isEqual() {
        return state == State.DONE && kinds.keySet().stream().noneMatch(Kind::isDifference);
    }
}
