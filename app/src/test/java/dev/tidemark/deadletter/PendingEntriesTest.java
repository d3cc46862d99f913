package dev.tidemark.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.deadletter.DeadLetterIndex.Entry;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingEntriesTest {

    /** Against a map that is known to be right. */
    @Test
    void anySteps_endAsInAMap() {
        Random random = new Random(5);
        PendingEntries entries = new PendingEntries();
        Map<String, Entry> map = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            String slot = "id" + random.nextInt(5_000);
            if (random.nextInt(5) < 3) {
                Entry entry = new Entry(step, step * 10L, 1 + random.nextInt(100));
                assertThat(entries.put(slot, entry)).isEqualTo(map.put(slot, entry));
            } else {
                assertThat(entries.remove(slot)).isEqualTo(map.remove(slot));
            }
            assertThat(entries.size()).isEqualTo(map.size());
        }
        long[] offsets = entries.offsets();
        assertThat(offsets).isSorted().hasSize(map.size());
        assertThat(entries.bytes())
                .isEqualTo(map.values().stream().mapToLong(Entry::length).sum());
        long[] moved = new long[offsets.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = offsets[i] + 1;
        }
        entries.move(offsets, moved);
        for (int id = 0; id < 5_000; id++) {
            Entry expected = map.get("id" + id);
            Entry found = entries.get("id" + id);
            assertThat(found)
                    .isEqualTo(
                            expected == null
                                    ? null
                                    : new Entry(expected.position(), expected.offset() + 1, expected.length()));
        }
    }
}
