package dev.tidemark.flush;

import static dev.tidemark.flush.Items.delete;
import static dev.tidemark.flush.Items.event;
import static dev.tidemark.flush.Items.heartbeat;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.flush.join.PendingJoins;
import dev.tidemark.flush.replay.ReplayRequest;
import dev.tidemark.health.Health;
import dev.tidemark.trace.TraceBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What joined documents are owed, paid step by step; the root is {@code items}, with an owner in another table. */
class JoinedFlushTest {

    private static final TableId OWNERS = new TableId("public", "owners");
    private static final RowSchema OWNER = new RowSchema(
            OWNERS,
            List.of(
                    new Column("id", ColumnType.of(ColumnType.Kind.TEXT), false),
                    new Column("item", ColumnType.of(ColumnType.Kind.TEXT), true)));

    private final Path directory;

    JoinedFlushTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** The documents as the database has them now. Every owner concerns all of them. */
    private static final class Reader implements JoinReader {
        final Map<String, Row> byId = new TreeMap<>();
        final List<String> asked = new ArrayList<>();
        final Queue<SourceException> failures = new ArrayDeque<>();

        @Override
        public void rows(List<String[]> keyTexts, Consumer<Row> found) {
            fail();
            asked.add("rows " + keyTexts.size());
            for (String[] key : keyTexts) {
                Row row = byId.get(key[0]);
                if (row != null) {
                    found.accept(row);
                }
            }
        }

        @Override
        public void concerned(
                int dependency,
                List<List<@Nullable Object>> values,
                String @Nullable [] after,
                int most,
                Consumer<Row> found) {
            fail();
            asked.add("owners " + values + (after == null ? "" : " after " + after[0]));
            all(after, most, found);
        }

        @Override
        public void all(String @Nullable [] after, int most, Consumer<Row> found) {
            if (asked.isEmpty() || !asked.get(asked.size() - 1).startsWith("owners")) {
                asked.add("all");
            }
            byId.entrySet().stream()
                    .filter(row -> after == null || row.getKey().compareTo(after[0]) > 0)
                    .limit(most)
                    .forEach(row -> found.accept(row.getValue()));
        }

        private void fail() {
            SourceException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() {}
    }

    private final Reader reader = new Reader();

    private JoinedTarget joinedTarget() {
        SqlTemplate query = SqlTemplate.of("SELECT :ids");
        Join.Dependency[] dependencies = {
            new Join.Dependency(OWNERS, List.of("id"), SqlTemplate.of("SELECT :id")),
            new Join.Dependency(OWNERS, List.of("item"), null)
        };
        Join join = new Join(Items.TABLE, List.of("id"), new Join.Query(query), List.of(dependencies));
        Config.Document document = DocumentBuilder.of(Items.TABLE, "joined")
                .joined(join.statement(), dependencies)
                .build();
        return new JoinedTarget(Items.target(document), join, reader);
    }

    private Flushing flushing(int queriesPerSecond) throws Exception {
        JoinedTarget joined = joinedTarget();
        return new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                null,
                List.of(Items.target("plain"), joined.target()),
                new Joins(List.of(joined), queriesPerSecond));
    }

    private static ChangeEvent owner(long position, String id, @Nullable String before, @Nullable String item) {
        Row old = new Row(OWNER, new @Nullable Object[] {id, before});
        return event(
                position,
                new Change.Upsert(old, new Row(OWNER, new @Nullable Object[] {id, item}), Change.Upsert.Cause.UPDATE));
    }

    private static Map<String, String> joined(Flushing flushing) {
        return flushing.sink.collections.getOrDefault("joined", Map.of());
    }

    private void documents(int count, long n) {
        IntStream.range(0, count)
                .mapToObj(i -> String.format("d%06d", i))
                .forEach(id -> reader.byId.put(id, row(id, n)));
    }

    @Test
    void rootThatIsNotFound_keepsItsDocument_untilTheLogTellsOfItsEnd() throws Exception {
        try (Flushing flushing = flushing(1000)) {
            flushing.rows.logEnd = 50;
            flushing.sink.documents("joined").put("a", "{}");
            flushing.flush(insert(1, "a", 1L));
            assertThat(joined(flushing)).containsKey("a");
            flushing.flush(delete(2, "a"));
            assertThat(joined(flushing)).isEmpty();
            flushing.flush(Items.heartbeat(60));
            assertThat(flushing.approvals.all()).isEmpty();
        }
    }

    @Test
    void rootThatIsThere_losesItsDocument_whenTheQueryYieldsNone() throws Exception {
        try (Flushing flushing = flushing(1000)) {
            flushing.sink.documents("joined").put("a", "{}");
            flushing.rows.byId.put("a", row("a", 1L));
            flushing.flush(owner(1, "o", null, "a"));
            assertThat(joined(flushing)).isEmpty();
        }
    }

    @Test
    void newestChangeOfTheRoot_isTheEvidence() throws Exception {
        try (Flushing flushing = flushing(1000)) {
            flushing.rows.logEnd = 50;
            flushing.sink.documents("joined").put("gone", "{}");
            flushing.sink.documents("joined").put("back", "{}");
            flushing.flush(
                    owner(1, "o", null, "gone"),
                    delete(2, "gone"),
                    owner(3, "p", "gone", null),
                    delete(4, "back"),
                    insert(5, "back", 1L));
            assertThat(joined(flushing)).containsOnlyKeys("back");
        }
    }

    /** What a chunk marked is sent again by no source: an engine's end must not make it be forgotten. */
    @Test
    void tableThatIsLoaded_isReadUntilItsJoinedDocumentsAreDurable_alsoAcrossEngines() throws Exception {
        try (Flushing flushing = flushing(8)) { // a turn is over after some queries
            for (int i = 0; i < 10_100; i++) {
                String id = "k" + (10_000 + i);
                flushing.rows.byId.put(id, row(id, 1L));
                reader.byId.put(id, row(id, 1L));
            }
            flushing.snapshots.request(Items.TABLE, -1);
            flushing.reader.step();
            flushing.worker.flushOnce(Duration.ZERO);
            flushing.reader.step();
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.worker.hasPending()).as("the chunk's documents").isTrue();
            flushing.worker.forget(); // the engine has ended
            assertThat(flushing.snapshots.progress().get(0).rows()).isZero();
            int before = 0;
            for (int i = 0; i < 10_000 && flushing.snapshots.pending() > 0; i++) {
                flushing.reader.step();
                flushing.worker.flushOnce(Duration.ofMillis(5));
                if (before == 0
                        && flushing.worker.hasPending()
                        && flushing.snapshots.progress().get(0).rows() > 0) {
                    flushing.worker.forget();
                    before = flushing.rows.pages.size();
                }
            }
            assertThat(flushing.rows.pages).startsWith("", "", "k14999");
            assertThat(flushing.rows.pages.subList(before, flushing.rows.pages.size()))
                    .as("after the second engine")
                    .startsWith("k14999");
            assertThat(joined(flushing)).hasSize(10_100);
            assertThat(flushing.snapshots.progress().get(0).rows()).isEqualTo(10_100);
            assertThat(flushing.stored).isEmpty();
        }
    }

    @Test
    void largeDebt_holdsTheOffset_andLetsOtherTablesPass() throws Exception {
        documents(1_600, 1);
        try (Flushing flushing = flushing(3)) { // a turn is over after two queries
            flushing.flush(owner(1, "o", null, null));
            assertThat(flushing.committed).isEqualTo(-1);
            assertThat(flushing.worker.oldestPendingMillis()).isEqualTo(1_000);
            assertThat(flushing.worker.isDurableWithin(Duration.ZERO)).isFalse();
            flushing.flush(insert(2, "x", 5));
            assertThat(flushing.sink.collections.get("plain")).containsKey("x");
            assertThat(flushing.committed).isEqualTo(-1);
            while (flushing.worker.flushOnce(Duration.ZERO)) {
                assertThat(flushing.committed).isIn(-1L, 2L);
            }
            assertThat(flushing.committed).isEqualTo(2);
            assertThat(joined(flushing)).hasSize(1_600);
            assertThat(flushing.worker.oldestPendingMillis()).isEqualTo(Long.MAX_VALUE);
            assertThat(flushing.worker.isDurableWithin(Duration.ZERO)).isTrue();
        }
    }

    @Test
    void manyChanges_areOneReadOfEachDocument() throws Exception {
        documents(3, 1);
        reader.byId.remove("d000002");
        try (Flushing flushing = flushing(1000)) {
            flushing.flush(
                    insert(1, "d000000", 0),
                    insert(2, "d000000", 1),
                    owner(3, "o", "d000001", "d000002"),
                    owner(4, "o", "d000001", "d000002"),
                    owner(5, "p", null, null),
                    delete(6, "d000002"));
            assertThat(reader.asked).containsExactly("owners [[o], [p]]", "rows 3");
            assertThat(joined(flushing).keySet()).containsExactlyInAnyOrder("d000000", "d000001");
            assertThat(flushing.committed).isEqualTo(6);
        }
    }

    @Test
    void readThatFails_isTriedAgain_andNothingIsCommittedBefore() throws Exception {
        documents(1, 7);
        reader.failures.add(SourceException.retryable("away", "wait"));
        reader.failures.add(SourceException.retryable("away", "wait"));
        try (Flushing flushing = flushing(1000)) {
            flushing.sink.fail("joined", FakeSink.retryable());
            flushing.flush(owner(1, "o", null, null));
            assertThat(reader.asked).containsExactly("owners [[o]]", "rows 1");
            assertThat(joined(flushing)).containsOnlyKeys("d000000");
            assertThat(flushing.count("tidemark.retries")).isEqualTo(3);
            assertThat(flushing.health.conditions()).doesNotContainKey(Health.Part.FLUSH);
        }
    }

    @Test
    void deadLetterOfAJoinedDocument_isReadByTheQueryAgain() throws Exception {
        documents(1, 7);
        try (Flushing flushing = flushing(1000)) {
            flushing.sink.rejectedIds.add("d000000");
            flushing.flush(insert(1, "d000000", 0));
            flushing.sink.rejectedIds.clear();
            reader.asked.clear();
            List<ReplayRequest.Outcome> outcomes = new ArrayList<>();
            for (dev.tidemark.deadletter.DeadLetter deadLetter : flushing.pending()) {
                flushing.worker.rereads().put(new ReplayRequest(deadLetter, outcomes::add));
            }
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(outcomes).contains(ReplayRequest.Outcome.RESOLVED);
            assertThat(reader.asked).containsExactly("rows 1");
            assertThat(joined(flushing)).containsOnlyKeys("d000000");
        }
    }

    @Test
    void findOfManyIds_goesOnWhereItStopped() throws Exception {
        documents(PendingJoins.MOST_FOUND + 1, 1);
        try (Flushing flushing = flushing(10_000)) {
            flushing.flush(owner(1, "o", null, null));
            while (flushing.worker.flushOnce(Duration.ZERO)) {
                assertThat(flushing.committed).isIn(-1L, 1L);
            }
            assertThat(reader.asked.stream().filter(asked -> asked.startsWith("owners")))
                    .containsExactly("owners [[o]]", "owners [[o]] after d009999");
            assertThat(joined(flushing)).hasSize(PendingJoins.MOST_FOUND + 1);
            assertThat(flushing.committed).isEqualTo(1);
        }
    }

    @Test
    void truncates_ofTheRootEmptyTheCollection_ofADependencyReadEverything() throws Exception {
        documents(2, 1);
        try (Flushing flushing = flushing(1000)) {
            flushing.flush(insert(1, "d000000", 1), insert(2, "d000001", 1));
            documents(2, 2);
            reader.asked.clear();
            flushing.flush(event(3, new Change.Truncate(OWNERS)));
            assertThat(reader.asked).containsExactly("all", "rows 2");
            assertThat(joined(flushing).values()).allMatch(json -> json.contains("2"));
            flushing.flush(Items.truncate(4), heartbeat(5));
            assertThat(joined(flushing)).isEmpty();
            assertThat(flushing.committed).isEqualTo(5);
        }
    }

    @Test
    void valueThatIsNotTold_readsEverything() throws Exception {
        documents(2, 1);
        try (Flushing flushing = flushing(1000)) {
            Row keyOnly = new Row(OWNER, new @Nullable Object[] {"o", Row.UNAVAILABLE});
            flushing.flush(event(1, new Change.Delete(keyOnly)));
            assertThat(reader.asked).containsExactly("all", "rows 2");
        }
    }

    @Test
    void forgotten_isNotCommitted() throws Exception {
        documents(1_600, 1);
        try (Flushing flushing = flushing(3)) {
            flushing.flush(owner(1, "o", null, null));
            flushing.worker.forget();
            assertThat(flushing.worker.flushOnce(Duration.ZERO)).isFalse();
            assertThat(flushing.committed).isEqualTo(-1);
        }
    }

    /** A find must not hide that an older batch waits for the same document: its offset would be stored too soon. */
    @Test
    void documentOfAnOlderBatch_staysOwedToIt() {
        PendingJoins pendingJoins = new PendingJoins(joinedTarget(), new TraceBuffer());
        documents(2, 1);
        pendingJoins.document("d000000", PendingJoins.Mark.of(3, Items.TABLE, heartbeat(3)));
        pendingJoins.row(0, List.of("o"), PendingJoins.Mark.of(5, Items.TABLE, heartbeat(5)));
        pendingJoins.find();
        assertThat(oldestBatch(pendingJoins)).isEqualTo(3);
        assertThat(ids(pendingJoins)).containsExactly("d000000");
        assertThat(oldestBatch(pendingJoins)).isEqualTo(5);
        assertThat(ids(pendingJoins)).containsExactly("d000001");
        assertThat(pendingJoins.oldest()).isNull();

        pendingJoins.row(0, List.of("o"), PendingJoins.Mark.of(6, Items.TABLE, heartbeat(6)));
        pendingJoins.document("d000000", PendingJoins.Mark.of(7, Items.TABLE, heartbeat(7)));
        pendingJoins.find();
        assertThat(oldestBatch(pendingJoins)).isEqualTo(6);
        assertThat(ids(pendingJoins)).containsExactly("d000000", "d000001");
        pendingJoins.everything(PendingJoins.Mark.of(8, Items.TABLE, heartbeat(8)));
        pendingJoins.everything(PendingJoins.Mark.of(9, Items.TABLE, heartbeat(9)));
        assertThat(oldestBatch(pendingJoins)).isEqualTo(8);
    }

    private static long oldestBatch(PendingJoins pendingJoins) {
        return java.util.Objects.requireNonNull(pendingJoins.oldest()).batch();
    }

    private static List<String> ids(PendingJoins pendingJoins) {
        return List.copyOf(
                java.util.Objects.requireNonNull(pendingJoins.nextPage()).byId().keySet());
    }
}
