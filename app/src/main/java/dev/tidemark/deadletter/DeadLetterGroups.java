package dev.tidemark.deadletter;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Dead letters by collection and reason; bounded, however many different errors there are. One thread. */
public final class DeadLetterGroups {

    private static final int MAX_GROUPS = 50;
    private static final DeadLetterReason OTHERS = new DeadLetterReason(null, "other reasons");

    private final Map<Key, Group> groups = new LinkedHashMap<>();
    private long read;

    private record Key(String collection, DeadLetterReason reason) {}

    /**
     * Those of one collection with one reason.
     *
     * @param count how many
     * @param example the newest of them, without its document
     * @param first when the oldest of them was written
     */
    public record Group(String collection, DeadLetterReason reason, long count, DeadLetter example, Instant first) {

        private Group and(DeadLetter deadLetter) {
            boolean newer = !deadLetter.time().isBefore(example.time());
            Instant oldest = deadLetter.time().isBefore(first) ? deadLetter.time() : first;
            return new Group(collection, reason, count + 1, newer ? deadLetter.withoutDocument() : example, oldest);
        }
    }

    void add(DeadLetter deadLetter) {
        read++;
        Key key = new Key(deadLetter.collection(), DeadLetterReason.of(deadLetter.error()));
        if (!groups.containsKey(key) && groups.size() >= MAX_GROUPS) {
            key = new Key(deadLetter.collection(), OTHERS);
        }
        Group before = groups.get(key);
        groups.put(
                key,
                before == null
                        ? new Group(
                                deadLetter.collection(),
                                key.reason(),
                                1,
                                deadLetter.withoutDocument(),
                                deadLetter.time())
                        : before.and(deadLetter));
    }

    /** Returns how many entries were read for these groups. */
    public long read() {
        return read;
    }

    /** Returns the groups, the largest first. */
    public List<Group> groups() {
        return groups.values().stream()
                .sorted(Comparator.comparingLong(Group::count).reversed())
                .toList();
    }
}
