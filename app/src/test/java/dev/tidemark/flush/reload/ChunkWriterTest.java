package dev.tidemark.flush.reload;

import static dev.tidemark.flush.Items.delete;
import static dev.tidemark.flush.Items.document;
import static dev.tidemark.flush.Items.heartbeat;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.health.Health;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.load.Loads.Phase;
import dev.tidemark.load.RowSelection;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table is read again between the changes of the queue, step by step. */
class ChunkWriterTest {

    private final Path directory;

    ChunkWriterTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static String id(int i) {
        return "k" + (10_000 + i);
    }

    private static Flushing withRows(Flushing flushing, int count) {
        for (int i = 0; i < count; i++) {
            flushing.rows.byId.put(id(i), row(id(i), 1L));
        }
        return flushing;
    }

    private Flushing resumed(List<Load> pending) throws IOException {
        return new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                null,
                new Targets(List.of(Items.target("items")), List.of()),
                new Joins(List.of(), 1000),
                pending);
    }

    private static Load left(String key) {
        return new Load(
                Items.TABLE,
                Instant.now(),
                Load.Cause.REQUESTED,
                false,
                true,
                List.of(),
                List.of(key),
                List.of(id(1)),
                2,
                RowSelection.ALL);
    }

    /** Reads a chunk, if one may be read now, and flushes it. */
    private static boolean step(Flushing flushing) throws InterruptedException {
        boolean read = flushing.reader.step();
        boolean flushed = flushing.worker.flushOnce(Duration.ZERO);
        if (!read && flushed) { // only now are the changes of the table recorded
            read = flushing.reader.step();
            flushing.worker.flushOnce(Duration.ZERO);
        }
        return read || flushed;
    }

    /** Lets the log be committed up to the end that a load waits for which no operator requested. */
    private static void passFence(Flushing flushing, long position) throws InterruptedException {
        flushing.rows.logEnd = position;
        step(flushing);
        assertThat(flushing.rows.pages).as("nothing is read before it").isEmpty();
        flushing.flush(heartbeat(position));
    }

    private static void finish(Flushing flushing) throws InterruptedException {
        flushing.load();
    }

    private static Loads.Progress progress(Flushing flushing) {
        return flushing.snapshots.progress().get(0);
    }

    @Test
    void everyRow_isWrittenWhole_andWhatHasNoneIsDeleted() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 2_000)) {
            flushing.sink.documents("items").put(id(5), "{\"id\":\"" + id(5) + "\",\"n\":99}");
            flushing.sink.documents("items").put("stray", document("stray", 1));
            flushing.snapshots.request(Items.TABLE, 4_000);
            assertThat(flushing.stored).extracting(Load::table).containsExactly(Items.TABLE);
            finish(flushing);
            assertThat(flushing.sink.documents("items"))
                    .hasSize(2_000)
                    .containsEntry(id(5), document(id(5), 1))
                    .doesNotContainKey("stray");
            assertThat(flushing.rows.pages).as("a full chunk may be the last").containsExactly("", id(1_999));
            assertThat(progress(flushing).phase()).isEqualTo(Phase.DONE);
            assertThat(progress(flushing).rows()).isEqualTo(2_000);
            assertThat(flushing.stored).isEmpty();
            assertThat(flushing.committed).as("no position depends on it").isEqualTo(-1);
            assertThat(step(flushing)).isFalse();
        }
    }

    /** Invariant 2: what is streamed between the pages is newer than what was read, and older than what will be. */
    @Test
    void changesBetweenThePages_win_andNewRowsAreNotSwept() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 6_000)) {
            flushing.snapshots.request(Items.TABLE, -1);
            step(flushing); // the first page
            flushing.rows.byId.put(id(0), row(id(0), 2L));
            flushing.rows.byId.remove(id(1));
            flushing.rows.byId.put("a", row("a", 1L)); // before the place to which it was read
            flushing.rows.byId.put(id(5_999), row(id(5_999), 5L));
            flushing.flush(insert(1, id(0), 2), delete(2, id(1)), insert(3, "a", 1), insert(4, id(5_999), 4));
            finish(flushing);
            flushing.flush(insert(5, id(5_999), 5));
            assertThat(flushing.sink.documents("items"))
                    .hasSize(6_000)
                    .containsEntry(id(0), document(id(0), 2))
                    .containsEntry("a", document("a", 1))
                    .containsEntry(id(5_999), document(id(5_999), 5))
                    .doesNotContainKey(id(1));
        }
    }

    /** Invariant 2, and what Debezium's incremental snapshot does not do: see docs/decisions/0026. */
    @Test
    void rowThatWasFlushed_isReadOnlyWhenItsTransactionIsVisible() throws Exception {
        Transaction hidden = new Transaction() {};
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 1)) {
            flushing.rows.hidden.put(hidden, () -> flushing.rows.byId.put(id(0), row(id(0), 2L)));
            flushing.snapshots.request(Items.TABLE, -1);
            ChangeEvent change = insert(1, id(0), 2);
            flushing.flush(new ChangeEvent(
                    change.change(),
                    change.position(),
                    change.commitMillis(),
                    change.resumeOffset(),
                    change.bytes(),
                    hidden,
                    0));
            flushing.read();
            assertThat(progress(flushing).problem()).contains("not visible yet");
            assertThat(flushing.health.of(Health.Part.FLUSH))
                    .as("the stream continues")
                    .isEmpty();
            await().untilAsserted(() -> {
                step(flushing);
                assertThat(flushing.snapshots.pending()).isZero();
            });
            assertThat(flushing.sink.documents("items"))
                    .containsOnlyKeys(id(0))
                    .containsEntry(id(0), document(id(0), 2));
        }
    }

    @Test
    void afterARestart_itGoesOnBehindTheLastDurableRow_whenWhatWasFlushedBeforeIsVisible() throws Exception {
        Transaction hidden = new Transaction() {};
        Load left = left("id");
        try (Flushing flushing = withRows(resumed(List.of(left)), 4)) {
            flushing.sink.documents("items").put("stray", document("stray", 1));
            flushing.rows.hiddenBefore.add(hidden);
            flushing.rows.hidden.put(hidden, () -> flushing.rows.byId.put(id(3), row(id(3), 7L)));
            await().untilAsserted(() -> {
                step(flushing);
                assertThat(flushing.snapshots.pending()).isZero();
            });
            assertThat(flushing.rows.pages).containsExactly(id(1));
            assertThat(flushing.sink.documents("items"))
                    .containsOnlyKeys(id(2), id(3))
                    .containsEntry(id(3), document(id(3), 7));
            assertThat(progress(flushing).resumed()).isTrue();
            assertThat(progress(flushing).rows()).isEqualTo(4);
        }
    }

    @Test
    void databaseThatIsAway_isAskedAgain_andOneThatRefusesIsTold() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 1)) {
            flushing.rows.failures.add(SourceException.retryable("it is away", "start it"));
            flushing.snapshots.request(Items.TABLE, -1);
            step(flushing);
            assertThat(progress(flushing).problem()).isEqualTo("it is away; start it");
            assertThat(flushing.stored).as("it is not forgotten").hasSize(1);
            await().untilAsserted(() -> {
                step(flushing);
                assertThat(progress(flushing).phase()).isEqualTo(Phase.DONE);
            });
            assertThat(progress(flushing).problem()).isNull();

            flushing.rows.failures.add(SourceException.fatal("no SELECT privilege", "grant it"));
            flushing.snapshots.request(Items.TABLE, -1);
            step(flushing);
            assertThat(progress(flushing).phase()).isEqualTo(Phase.FAILED);
            assertThat(progress(flushing).problem()).contains("no SELECT privilege");
            assertThat(flushing.count("tidemark.snapshot.tables", "outcome", "failed"))
                    .isEqualTo(1);
            assertThat(step(flushing)).isFalse();
        }
    }

    @Test
    void givenUp_deletesNothing_andMayBeginAnew() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 6_000)) {
            flushing.sink.documents("items").put("stray", document("stray", 1));
            flushing.snapshots.request(Items.TABLE, -1);
            assertThat(flushing.snapshots.request(Items.TABLE, -1)).isPresent();
            step(flushing);
            assertThat(flushing.snapshots.stop(Items.TABLE)).isTrue();
            assertThat(flushing.snapshots.stop(Items.TABLE)).isFalse();
            assertThat(step(flushing)).isFalse();
            assertThat(flushing.sink.documents("items")).hasSize(2_001).containsKey("stray");
            assertThat(flushing.snapshots.request(Items.TABLE, -1)).isEmpty();
            finish(flushing);
            assertThat(flushing.rows.pages).startsWith("", "", id(1_999));
            assertThat(flushing.sink.documents("items")).hasSize(6_000).doesNotContainKey("stray");
        }
    }

    @Test
    void requestedLoad_waitsForItsHours_alsoInTheMiddle_andAnInitialOneDoesNot() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 6_000)) {
            flushing.sink.documents("items").put("stray", document("stray", 1));
            flushing.snapshots.request(Items.TABLE, -1);
            step(flushing);
            flushing.time = LocalTime.NOON;
            assertThat(step(flushing)).isFalse();
            assertThat(progress(flushing).waitsUntil()).isEqualTo("22:00");
            assertThat(flushing.worker.flushOnce(Duration.ZERO)).isFalse();
            flushing.time = LocalTime.of(22, 0);
            assertThat(progress(flushing).waitsUntil()).isNull();
            step(flushing);
            finish(flushing);
            assertThat(flushing.sink.documents("items")).hasSize(6_000).doesNotContainKey("stray");

            flushing.time = LocalTime.NOON;
            flushing.sink.documents("items").clear();
            flushing.snapshots.begin(List.of(Items.TABLE), table -> false);
            assertThat(progress(flushing).waitsUntil()).isNull();
            finish(flushing);
            assertThat(flushing.sink.documents("items")).hasSize(6_000);
        }
    }

    /** An operator's wish must not stop everybody's stream, also at its end. */
    @Test
    void sweepThatFails_isTriedAgain_whileChangesGoOn_andCanBeGivenUp() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            requestWithFailingSweep(flushing, SinkException.Kind.RETRYABLE);
            step(flushing);
            step(flushing);
            assertThat(progress(flushing).phase()).isEqualTo(Phase.SWEEPING);
            assertThat(progress(flushing).problem()).isEqualTo("it says no; ask it why");
            flushing.flush(insert(1, "a", 1));
            assertThat(flushing.committed).isEqualTo(1);
            assertThat(flushing.health.of(Health.Part.FLUSH)).isEmpty();
            assertThat(flushing.snapshots.stop(Items.TABLE)).isTrue();
            assertThat(step(flushing)).isFalse();
            assertThat(flushing.sink.documents("items")).containsKey("stray");
            flushing.rows.byId.put("a", row("a", 1L));
            flushing.snapshots.request(Items.TABLE, -1);
            finish(flushing);
            assertThat(flushing.sink.documents("items")).containsOnlyKeys("a");
        }
    }

    private static void requestWithFailingSweep(Flushing flushing, SinkException.Kind kind) throws Exception {
        flushing.sink.documents("items").put("stray", document("stray", 1));
        flushing.sink.fail("items", failure(kind));
        flushing.snapshots.request(Items.TABLE, -1);
    }

    @Test
    void sweepThatNothingHeals_isTheEndOfIt() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            requestWithFailingSweep(flushing, SinkException.Kind.FATAL);
            finish(flushing);
            assertThat(progress(flushing).phase()).isEqualTo(Phase.FAILED);
            assertThat(progress(flushing).problem()).isEqualTo("it says no; ask it why");
            assertThat(flushing.stored).isEmpty();
        }
    }

    /** An operator asks again; nobody does for a reload that follows from a change, and the record says by then that it was done. */
    @Test
    void reloadThatNobodyAskedFor_isTriedAgain_alsoAfterARestart() throws Exception {
        List<Load> left;
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 1)) {
            flushing.rows.failures.add(SourceException.fatal("no SELECT privilege", "grant it"));
            flushing.snapshots.requestAgain(Items.TABLE, -1);
            passFence(flushing, 1);
            step(flushing);
            assertThat(progress(flushing).phase()).isEqualTo(Phase.WAITING);
            assertThat(progress(flushing).problem()).isEqualTo("no SELECT privilege; grant it");
            assertThat(step(flushing)).as("not at once").isFalse();
            left = List.copyOf(flushing.stored);
            assertThat(left).singleElement().matches(load -> load.cause() == Load.Cause.AUTOMATIC);
        }
        try (Flushing flushing = withRows(resumed(left), 1)) {
            passFence(flushing, 2);
            finish(flushing);
            assertThat(flushing.sink.documents("items")).hasSize(1);
        }
    }

    /** It could not be read since its columns changed, which is what the new wish comes from. */
    @Test
    void reloadThatWaitsAfterAFailure_isTriedAtOnceIfItIsWantedAgain() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 1)) {
            flushing.rows.failures.add(SourceException.fatal("it has no such column", ""));
            flushing.snapshots.requestAgain(Items.TABLE, -1);
            passFence(flushing, 1);
            step(flushing);
            assertThat(progress(flushing).problem()).isNotNull();
            flushing.snapshots.requestAgain(Items.TABLE, -1);
            passFence(flushing, 2);
            step(flushing);
            assertThat(progress(flushing).problem()).isNull();
            finish(flushing);
            assertThat(progress(flushing).phase()).isEqualTo(Phase.DONE);
            assertThat(flushing.sink.documents("items")).hasSize(1);
        }
    }

    @Test
    void reloadThatNobodyAskedFor_endsIfItsTableIsNotConfigured() throws Exception {
        Load left = Load.request(
                new dev.tidemark.connector.data.TableId("public", "gone"), Instant.now(), Load.Cause.AUTOMATIC, true);
        try (Flushing flushing = resumed(List.of(left))) {
            step(flushing);
            assertThat(progress(flushing).phase()).isEqualTo(Phase.FAILED);
        }
    }

    /** Else the wish, which is kept, would end each process that comes after. */
    @Test
    void whatNobodyForesaw_endsTheSnapshot_andNotTheProcess() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 1)) {
            flushing.rows.failures.add(new IllegalStateException("a value of no kind"));
            flushing.snapshots.request(Items.TABLE, -1);
            step(flushing);
            assertThat(progress(flushing).phase()).isEqualTo(Phase.FAILED);
            assertThat(progress(flushing).problem()).contains("a value of no kind");
        }
    }

    @Test
    void afterARestartWithAnotherKey_itBeginsAnew() throws Exception {
        Load left = left("sku");
        try (Flushing flushing = withRows(resumed(List.of(left)), 4)) {
            finish(flushing);
            assertThat(flushing.rows.pages).containsExactly("");
            assertThat(flushing.sink.documents("items")).hasSize(4);
        }
    }

    private static SinkException failure(SinkException.Kind kind) {
        return new SinkException(kind, "no", "it says no", "ask it why", null);
    }

    @Test
    void stoppedProcess_beginsNothing() throws Exception {
        try (Flushing flushing = withRows(new Flushing(directory, "items"), 1)) {
            flushing.snapshots.request(Items.TABLE, -1);
            flushing.snapshots.close();
            assertThat(step(flushing)).isFalse();
            assertThat(flushing.stored).hasSize(1);
        }
    }
}
