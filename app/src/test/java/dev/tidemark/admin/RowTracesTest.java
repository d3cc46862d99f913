package dev.tidemark.admin;

import static dev.tidemark.flush.Items.delete;
import static dev.tidemark.flush.Items.event;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static dev.tidemark.flush.Items.truncate;
import static dev.tidemark.flush.Items.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.Row;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the traces tell of what a flush did. */
class RowTracesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static List<String> trace(Flushing flushing, List<Target> targets, String key) {
        RowTraces traces = new RowTraces(
                new Targets(targets, List.of()), flushing.queue, flushing.worker::inFlight, flushing.traces);
        RowTraces.Trace trace = traces.of(Items.TABLE, key, 100);
        List<TraceEntry> entries = new ArrayList<>(trace.held().entries());
        entries.addAll(trace.waiting());
        return entries.stream()
                .map(entry -> entry.position() + " " + entry.operation() + " " + entry.outcome()
                        + (entry.note() == null ? "" : " " + entry.note()))
                .toList();
    }

    private static List<String> trace(Flushing flushing, String key) {
        return trace(flushing, List.of(Items.target("items")), key);
    }

    @Test
    void change_isTold_withWhatBecameOfIt() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.flush(insert(1, "a", 1L), insert(2, "b", 1L));
            flushing.flush(event(3, new Change.Upsert(row("a", 1L), row("a", 2L), Change.Upsert.Cause.UPDATE)));
            flushing.flush(delete(4, "a"));
            flushing.flush(truncate(5));
            assertThat(trace(flushing, "a"))
                    .containsExactly(
                            "1 INSERT UPSERTED", "3 UPDATE UPSERTED", "4 DELETE DELETED", "5 TRUNCATE TRUNCATED");
            assertThat(trace(flushing, "b")).containsExactly("2 INSERT UPSERTED", "5 TRUNCATE TRUNCATED");
        }
    }

    @Test
    void coalescedChanges_areTold_eachOnce() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.flush(insert(1, "a", 1L), update(2, "a", "a", 2L), update(3, "a", "a", 2L), delete(4, "a"));
            assertThat(trace(flushing, "a"))
                    .startsWith("1 INSERT REPLACED", "2 UPDATE REPLACED")
                    .endsWith("4 DELETE DELETED");
            flushing.flush(insert(5, "a", 1L), truncate(6), truncate(7));
            assertThat(trace(flushing, "a"))
                    .endsWith("5 INSERT REPLACED", "6 TRUNCATE REPLACED", "7 TRUNCATE TRUNCATED");
        }
    }

    @Test
    void changedKey_isADeleteOfTheOldId() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.flush(update(1, "a", "b", 2L));
            assertThat(trace(flushing, "a")).containsExactly("1 UPDATE DELETED the row has another id now");
            assertThat(trace(flushing, "b")).containsExactly("1 UPDATE UPSERTED");
        }
    }

    @Test
    void refusedDocument_isADeadLetter_withTheReason() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.sink.rejectedIds.add("a");
            flushing.flush(insert(1, "a", 1L));
            assertThat(trace(flushing, "a")).singleElement().asString().startsWith("1 INSERT DEAD_LETTER ");
        }
    }

    @Test
    void rowThatIsReadAgain_andNotFound_saysSo() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.flush(insert(1, "a", Row.UNAVAILABLE), insert(2, "b", Row.UNAVAILABLE));
            assertThat(trace(flushing, "a"))
                    .first()
                    .asString()
                    .startsWith("1 INSERT UNFOUND its row was not found when it was read");
            flushing.rows.byId.put("b", row("b", 3L));
            flushing.flush(insert(3, "b", Row.UNAVAILABLE));
            assertThat(trace(flushing, "b")).endsWith("3 INSERT UPSERTED");
        }
    }

    @Test
    void prefix_isPartOfTheId_notOfTheKey() throws Exception {
        List<Target> targets = List.of(Items.target("items", "i-"));
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, null, targets)) {
            flushing.flush(insert(1, "a", 1L));
            flushing.queue.put(List.of(insert(2, "a", 1L)));
            assertThat(trace(flushing, targets, "a")).containsExactly("1 INSERT UPSERTED", "2 INSERT QUEUED");
            assertThat(trace(flushing, targets, "i-a")).containsExactly("1 INSERT UPSERTED", "2 INSERT QUEUED");
            assertThat(trace(flushing, targets, "b")).isEmpty();
        }
    }

    @Test
    void whatWaits_isToldFromTheQueue_andWhenItIsGivenUp_onlyThatItComesAgain() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.queue.put(List.of(insert(1, "a", 1L), insert(2, "b", 1L)));
            assertThat(trace(flushing, "a")).containsExactly("1 INSERT QUEUED");
            flushing.worker.forget(); // as between two engines
            assertThat(trace(flushing, "a")).isEmpty();
            assertThat(flushing.traces.find(Items.TABLE, "a"::equals, 1).cleared())
                    .isNotNull()
                    .satisfies(cleared -> assertThat(cleared.changes()).isEqualTo(2));
            flushing.flush(insert(1, "a", 1L));
            assertThat(trace(flushing, "a")).containsExactly("1 INSERT UPSERTED");
        }
    }

    @Test
    void whileItIsRetried_itIsBeingWritten_andToldOnce() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            List<List<String>> seen = new ArrayList<>();
            flushing.sink.halfway = () -> {
                seen.add(trace(flushing, "a"));
                if (seen.size() < 3) {
                    throw new SinkException(SinkException.Kind.RETRYABLE, "connection", "away", "", null);
                }
            };
            flushing.queue.put(List.of(insert(1, "a", 1L)));
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(seen).hasSize(3).allMatch(List.of("1 INSERT WRITING")::equals);
            assertThat(trace(flushing, "a")).containsExactly("1 INSERT UPSERTED");
        }
    }
}
