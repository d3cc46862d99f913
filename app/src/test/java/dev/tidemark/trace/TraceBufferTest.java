package dev.tidemark.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceBufferTest {

    private static final TableId ITEMS = new TableId("public", "items");

    private final TraceBuffer buffer = new TraceBuffer(4, 1_000);

    private int begin(long position, @Nullable String id) {
        return begin(position, id, null, id == null ? Operation.TRUNCATE : Operation.INSERT);
    }

    private int begin(long position, @Nullable String id, @Nullable String key, Operation operation) {
        ChangeEvent event = new ChangeEvent(new Change.Heartbeat(), position, 1, null, 0);
        return buffer.begin(ITEMS, "items", id, key, operation, null, event);
    }

    private List<Long> positions(String wanted) {
        return buffer.find(ITEMS, wanted::equals, 100).entries().stream()
                .map(TraceEntry::position)
                .toList();
    }

    private TraceEntry only(String wanted) {
        assertThat(positions(wanted)).hasSize(1);
        return buffer.find(ITEMS, wanted::equals, 100).entries().get(0);
    }

    @Test
    void swept_keepsTheLastThatHaveRoom() {
        begin(1, "a");
        buffer.swept(ITEMS, "items", List.of("a", "b", "c", "d", "e", "f"));
        assertThat(buffer.find(ITEMS, id -> true, 100).entries())
                .extracting(TraceEntry::id)
                .containsExactly("c", "d", "e", "f");
        assertThat(only("f").operation()).isEqualTo(Operation.SWEEP);
        assertThat(only("f").outcome()).isEqualTo(Outcome.DELETED);
        assertThat(only("f").committedMillis()).isZero();
    }

    @Test
    void find_tellsByIdAndByKey_andWhatMeansTheWholeTable_inOrder() {
        begin(1, "a");
        begin(2, "slug", "a", Operation.UPDATE);
        begin(3, null);
        begin(4, "b");
        assertThat(positions("a")).containsExactly(1L, 2L, 3L);
        assertThat(positions("slug")).containsExactly(2L, 3L);
        assertThat(buffer.find(new TableId("public", "others"), "a"::equals, 9).entries())
                .isEmpty();
    }

    @Test
    void find_givesTheNewest_andSaysThatThereAreMore() {
        begin(1, "a");
        begin(2, "a");
        begin(3, "a");
        TraceBuffer.Held held = buffer.find(ITEMS, "a"::equals, 2);
        assertThat(held.entries()).extracting(TraceEntry::position).containsExactly(2L, 3L);
        assertThat(held.more()).isTrue();
        assertThat(buffer.find(ITEMS, "a"::equals, 3).more()).isFalse();
    }

    @Test
    void oldest_makesRoom_andItsTicketIsVoid() {
        buffer.take(1, 1_000);
        int first = begin(1, "a");
        buffer.take(2, 2_000);
        for (int position = 2; position <= 5; position++) {
            begin(position, "b");
        }
        buffer.end(first, Outcome.DEAD_LETTER); // its slot is another's now
        buffer.note(first, "lost");
        assertThat(positions("a")).isEmpty();
        TraceBuffer.Held held = buffer.find(ITEMS, "b"::equals, 9);
        assertThat(held.entries()).hasSize(4).allMatch(entry -> entry.outcome() == Outcome.WRITING);
        assertThat(held.entries()).allMatch(entry -> entry.note() == null);
        assertThat(held.sinceMillis()).isEqualTo(1_000);
    }

    @Test
    void texts_areBounded_whateverHoldsThem() {
        begin(1, "a");
        begin(2, "b".repeat(600));
        assertThat(positions("a")).containsExactly(1L);
        begin(3, "c".repeat(600));
        assertThat(positions("a")).isEmpty();
        assertThat(positions("b".repeat(600))).isEmpty();
        int last = begin(4, "d");
        buffer.note(last, "e".repeat(5_000));
        assertThat(positions("c".repeat(600))).isEmpty();
        assertThat(only("d").note()).hasSize(503).endsWith("...");
        int huge = begin(5, "f".repeat(2_000));
        buffer.end(huge, Outcome.UPSERTED);
        assertThat(positions("f".repeat(2_000))).isEmpty();
        begin(6, "g");
        assertThat(positions("g")).containsExactly(6L);
    }

    @Test
    void entry_isOfItsBatch_andSaysWhenItWasDone_andTheFirstReasonStays() {
        buffer.take(7, 7_000);
        int ticket = begin(1, "a");
        assertThat(only("a").outcome()).isEqualTo(Outcome.WRITING);
        assertThat(only("a").doneMillis()).isZero();
        buffer.note(ticket, "left out");
        buffer.note(ticket, "gone");
        buffer.take(8, 8_000);
        buffer.end(ticket, Outcome.DELETED);
        assertThat(only("a").batch()).isEqualTo(7);
        assertThat(only("a").takenMillis()).isEqualTo(7_000);
        assertThat(only("a").doneMillis()).isPositive();
        assertThat(only("a").note()).isEqualTo("left out");
    }

    @Test
    void whatWasGivenUp_isTold() {
        buffer.cleared(0);
        assertThat(buffer.find(ITEMS, "a"::equals, 1).cleared()).isNull();
        buffer.cleared(12);
        TraceBuffer.Cleared cleared = buffer.find(ITEMS, "a"::equals, 1).cleared();
        assertThat(cleared == null ? 0 : cleared.changes()).isEqualTo(12);
    }

    @Test
    void find_seesWholeEntries_whileOthersAreBegunAndEnded() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            for (int i = 1; i <= 200_000; i++) {
                buffer.take(i, i);
                buffer.end(begin(i, "a"), Outcome.UPSERTED);
            }
            done.countDown();
        });
        writer.start();
        while (done.getCount() > 0) {
            for (TraceEntry entry : buffer.find(ITEMS, "a"::equals, 4).entries()) {
                assertThat(entry.position()).isEqualTo(entry.batch()).isEqualTo(entry.takenMillis());
            }
        }
        writer.join();
        assertThat(positions("a")).containsExactly(199_997L, 199_998L, 199_999L, 200_000L);
    }
}
