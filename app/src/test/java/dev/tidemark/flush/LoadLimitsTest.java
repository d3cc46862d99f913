package dev.tidemark.flush;

import static dev.tidemark.flush.Items.delete;
import static dev.tidemark.flush.Items.heartbeat;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static dev.tidemark.flush.Items.truncate;
import static dev.tidemark.flush.Items.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.load.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a load waits for, how much of it is in memory, and what it makes of updates. */
class LoadLimitsTest {

    private final Path directory;

    LoadLimitsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Flushing flushing(Target target, long chunkBytes) throws Exception {
        return new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                null,
                new Targets(List.of(target), List.of()),
                new Joins(List.of(), 1_000),
                List.of(),
                Flushing.ALL,
                chunkBytes);
    }

    /** Requests a load, and lets changes of the table be recorded. */
    private static void begin(Flushing flushing, Target target) throws Exception {
        flushing.snapshots.request(target.table(), -1);
        flushing.reader.step();
        flushing.worker.flushOnce(Duration.ZERO);
    }

    /** Invariant 3. */
    @Test
    void readers_waitForRoom() throws Exception {
        Target target = Items.target("items");
        try (Flushing flushing = flushing(target, 1_000)) {
            IntStream.range(100, 160).forEach(i -> flushing.rows.byId.put("k" + i, row("k" + i, 1L)));
            begin(flushing, target);
            flushing.read();
            assertThat(flushing.rows.pages).as("chunks in memory").hasSizeBetween(2, 4);
            assertThat(flushing.reader.step()).isFalse();
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.reader.step()).as("what was written makes room").isTrue();
            flushing.load();
            assertThat(flushing.sink.documents("items")).hasSize(60);
            assertThat(flushing.snapshots.pending()).isZero();
        }
    }

    @Test
    void rowThatIsLargerThanTheBound_passesAlone() throws Exception {
        Target target = Items.target("items");
        String huge = "k2".repeat(5_000);
        try (Flushing flushing = flushing(target, 1_000)) {
            List.of("k1", huge, "k3").forEach(id -> flushing.rows.byId.put(id, row(id, 1L)));
            begin(flushing, target);
            flushing.load();
            assertThat(flushing.sink.documents("items")).containsOnlyKeys("k1", huge, "k3");
        }
    }

    /** The log has not reached an ALTER TABLE that the reader sees. */
    @Test
    void columnsThatTheLogHasNotReached_areWaitedFor() throws Exception {
        Target target = Goods.target();
        RowSchema more = Goods.schema(Kind.INT64, true);
        try (Flushing flushing = flushing(target, 4_000_000)) {
            flushing.rows.byId.put("a", new Row(more, new Object[] {"a", "x", 1L, "b", "s", 7L}));
            flushing.rows.logEnd = 5;
            flushing.snapshots.begin(List.of(target.table()), table -> false);
            flushing.reader.step();
            flushing.worker.flushOnce(Duration.ZERO);
            flushing.read();
            flushing.flush(heartbeat(4));
            flushing.read();
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.rows.pages).hasSize(1);
            assertThat(flushing.sink.documents(Goods.COLLECTION)).isEmpty();
            flushing.flush(heartbeat(5));
            flushing.load();
            assertThat(flushing.rows.pages).hasSize(2);
            assertThat(flushing.sink.documents(Goods.COLLECTION)).containsOnlyKeys("a");
            assertThat(flushing.snapshots.pending()).isZero();
        }
    }

    /** Values that no change shows: what is replayed from before must not come after the row. */
    @Test
    void initialLoadThatIsRequestedAgain_waitsUntilTheLogIsCommittedUpToThen() throws Exception {
        Target target = Items.target("items");
        try (Flushing flushing = flushing(target, 4_000_000)) {
            flushing.rows.byId.put("a", row("a", 1L));
            flushing.rows.logEnd = 5;
            flushing.snapshots.begin(List.of(target.table()), table -> false);
            flushing.reader.step();
            flushing.worker.flushOnce(Duration.ZERO);
            flushing.snapshots.requestAgain(target.table(), -1);
            flushing.flush(heartbeat(4));
            flushing.read();
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.rows.pages).isEmpty();
            assertThat(flushing.stored).singleElement().matches(load -> load.cause() == Load.Cause.INITIAL);
            flushing.flush(heartbeat(5));
            flushing.load();
            assertThat(flushing.sink.documents("items")).containsOnlyKeys("a");
        }
    }

    /** A row that was deleted without the log: a change that comes from before must not write its document again after the sweep. */
    @Test
    void loadThatIsRequested_waitsUntilTheLogIsCommittedUpToThen() throws Exception {
        Target target = Items.target("items");
        try (Flushing flushing = flushing(target, 4_000_000)) {
            flushing.rows.byId.put("a", row("a", 1L));
            flushing.rows.logEnd = 5;
            begin(flushing, target);
            flushing.read();
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.rows.pages).isEmpty();
            flushing.flush(insert(4, "b", 1L), delete(4, "b"));
            flushing.read();
            assertThat(flushing.rows.pages).isEmpty();
            flushing.flush(heartbeat(5));
            flushing.load();
            assertThat(flushing.snapshots.pending()).isZero();
            assertThat(flushing.sink.documents("items")).containsOnlyKeys("a");
        }
    }

    /** The row of the chunk is left out: what a part does not contain would stay as it was before the load. */
    @Test
    void updates_areFullDocuments_untilTheLoadHasEnded() throws Exception {
        Target target = Goods.target();
        Row before = Goods.row("a", "x", 1L, "b", "s");
        Row after = Goods.row("a", "x", 2L, "b", "s");
        try (Flushing flushing = flushing(target, 4_000_000)) {
            flushing.rows.byId.put("a", before);
            begin(flushing, target);
            flushing.rows.afterRead = () -> {
                flushing.rows.afterRead = () -> {};
                flushing.rows.byId.put("a", after);
                flushing.flush(Goods.update(1, before, after));
                flushing.flush(Goods.update(2, after, Goods.row("a", "x", 2L, "b", "of no field")));
            };
            flushing.reader.step();
            assertThat(flushing.journal)
                    .as("a part, and a change of no field")
                    .containsExactly("upsert goods [a]", "commit 1", "upsert goods [a]", "commit 2");
            flushing.load();
            flushing.journal.clear();
            flushing.flush(Goods.update(3, after, before));
            flushing.flush(Goods.update(4, before, Goods.row("a", "x", 1L, "b", "of no field")));
            assertThat(flushing.journal).containsExactly("update goods [a]", "commit 3", "commit 4");
        }
    }

    /** As many changes as are remembered while a chunk is read, twice: then it is read while no change is flushed. */
    @Test
    void chunkThatIsOvertakenTwice_isReadWhileNoFlushRuns() throws Exception {
        Target target = Items.target("items");
        try (Flushing flushing = flushing(target, 4_000_000)) {
            flushing.rows.byId.put("a", row("a", 1L));
            begin(flushing, target);
            List<Boolean> resting = new ArrayList<>();
            int[] position = {0};
            flushing.rows.afterRead = () -> {
                resting.add(flushing.resting);
                if (resting.size() == 1) {
                    for (int batch = 0; batch < 21; batch++) {
                        ChangeEvent[] deletes = new ChangeEvent[10_000];
                        for (int i = 0; i < deletes.length; i++) {
                            deletes[i] = delete(++position[0], "gone" + position[0]);
                        }
                        flushing.flush(deletes);
                    }
                } else if (resting.size() == 2) {
                    flushing.flush(truncate(++position[0]));
                }
            };
            flushing.load();
            assertThat(resting).containsExactly(false, false, true);
            assertThat(flushing.sink.documents("items")).containsOnlyKeys("a");
            assertThat(flushing.snapshots.pending()).isZero();
        }
    }

    @Test
    void streamThatChangesEveryRow_letsTheLoadEnd() throws Exception {
        Target target = Items.target("items");
        try (Flushing flushing = flushing(target, 1_000)) {
            IntStream.range(100, 120).forEach(i -> flushing.rows.byId.put("k" + i, row("k" + i, 0L)));
            begin(flushing, target);
            long[] position = {0};
            flushing.rows.afterRead = () -> {
                if (!flushing.resting) {
                    for (String id : List.copyOf(flushing.rows.byId.keySet())) {
                        long now = ++position[0];
                        flushing.rows.byId.put(id, row(id, now));
                        flushing.flush(update(now, id, id, now));
                    }
                }
            };
            flushing.load();
            assertThat(flushing.snapshots.pending()).isZero();
            assertThat(flushing.sink.documents("items")).hasSize(20);
            flushing.rows.byId.forEach((id, row) ->
                    assertThat(flushing.sink.documents("items")).containsEntry(id, Items.document(id, row.get(1))));
        }
    }
}
