package dev.tidemark.deadletter;

import dev.tidemark.deadletter.DeadLetterIndex.Entry;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The entries of one append that are new to one collection, as lines ready to be written. */
final class NewDeadLetters {

    private final PendingEntries pending;
    private final Map<String, Long> newest = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    NewDeadLetters(PendingEntries pending) {
        this.pending = pending;
    }

    /** Index entry of a line. */
    record Line(String slot, long position, int length) {}

    /**
     * Adds the entry unless it, or a newer one of the same document, is there already. Positions ascend in the source, so
     * an older one comes from a replay, and the newer entry contains all that is known of the document.
     */
    void add(DeadLetter deadLetter) {
        String slot = DeadLetterIndex.slot(deadLetter);
        Entry before = pending.get(slot);
        long known = Math.max(
                before == null ? Long.MIN_VALUE : before.position(), newest.getOrDefault(slot, Long.MIN_VALUE));
        boolean first = before == null && !newest.containsKey(slot);
        if (first || deadLetter.position() > known) {
            put(slot, deadLetter);
        }
    }

    /** Replaces the pending entry of the same position; does nothing if that was resolved or replaced by a newer one. */
    void replace(DeadLetter deadLetter) {
        String slot = DeadLetterIndex.slot(deadLetter);
        Entry before = pending.get(slot);
        if (before != null && before.position() == deadLetter.position()) {
            put(slot, deadLetter);
        }
    }

    private void put(String slot, DeadLetter deadLetter) {
        byte[] line = DeadLetterJson.line(deadLetter);
        bytes.writeBytes(line);
        lines.add(new Line(slot, deadLetter.position(), line.length));
        newest.put(slot, deadLetter.position());
    }

    List<Line> lines() {
        return lines;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    int length() {
        return bytes.size();
    }
}
