package dev.tidemark.flush;

import static dev.tidemark.flush.Items.delete;
import static dev.tidemark.flush.Items.document;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static dev.tidemark.flush.Items.truncate;
import static dev.tidemark.flush.Items.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.sink.CollectionInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that are flushed after the rows of a chunk were read, and before they are written: what was flushed is newer. */
class LoadRaceTest {

    private static final RowSchema TENANTS = new RowSchema(
            new TableId("public", "tenants"), List.of(new Column("id", ColumnType.of(Kind.INT64), false)));

    private final Path directory;

    LoadRaceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** What happens while a reader reads. */
    @FunctionalInterface
    private interface Step {
        void run(Flushing flushing) throws InterruptedException;
    }

    private Flushing flushing(Target... targets) throws Exception {
        return new Flushing(directory, Config.OnReject.DEAD_LETTER, null, List.of(targets));
    }

    private static Map<String, String> items(Flushing flushing) {
        return flushing.sink.documents("items");
    }

    /** Reads a chunk, during which something happens, and lets the load end. */
    private static void race(Flushing flushing, TableId table, Step meanwhile) throws Exception {
        flushing.snapshots.request(table, -1);
        flushing.rows.afterRead = () -> {
            flushing.rows.afterRead = () -> {};
            meanwhile.run(flushing);
        };
        readChunk(flushing);
        flushing.load();
        assertThat(flushing.snapshots.pending()).isZero();
    }

    private static void readChunk(Flushing flushing) throws InterruptedException {
        if (!flushing.reader.step()) {
            flushing.worker.flushOnce(Duration.ZERO); // from now on changes of the table are recorded
            assertThat(flushing.reader.step()).isTrue();
        }
    }

    private static void race(Flushing flushing, ChangeEvent... changes) throws Exception {
        race(flushing, Items.TABLE, each -> each.flush(changes));
    }

    @Test
    void rowThatIsUpdated_keepsItsNewDocument() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            flushing.rows.byId.put("b", row("b", 1L));
            race(flushing, Items.TABLE, each -> {
                each.rows.byId.put("a", row("a", 2L));
                each.flush(update(1, "a", "a", 2L));
            });
            assertThat(items(flushing)).containsEntry("a", document("a", 2)).containsEntry("b", document("b", 1));
            assertThat(flushing.rows.pages).as("only the row is left out").containsExactly("");
        }
    }

    @Test
    void rowThatIsDeleted_hasNoDocument() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            race(flushing, Items.TABLE, each -> {
                each.flush(delete(1, "a"));
                each.sink.journal.clear();
            });
            assertThat(flushing.journal).as("not even for a moment").noneMatch(line -> line.startsWith("upsert"));
        }
    }

    @Test
    void rowWhoseKeyChanges_hasNoDocumentByTheOldOne() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            race(flushing, Items.TABLE, each -> {
                each.flush(update(1, "a", "b", 1L));
                each.sink.journal.clear();
            });
            assertThat(flushing.journal).noneMatch(line -> line.startsWith("upsert items [a"));
        }
    }

    /** The dead letter is newer than the chunk: with an older document, the row would look written. */
    @Test
    void updateThatIsRejected_leavesTheDeadLetter_andNoOlderDocument() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            race(flushing, Items.TABLE, each -> {
                each.sink.rejectedIds.add("a");
                each.flush(update(1, "a", "a", 2L));
                each.sink.rejectedIds.clear();
            });
            assertThat(items(flushing)).isEmpty();
            assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactly("a");
        }
    }

    @Test
    void rowThatWhereLeavesOutNow_hasNoDocument() throws Exception {
        Config.Selection positive = new Config.Selection(Cel.cel("row.n > 0"), null);
        Target some = Items.target(
                DocumentBuilder.of(Items.TABLE, "items").selection(positive).build());
        try (Flushing flushing = flushing(some, Items.target("all"))) {
            flushing.rows.byId.put("a", row("a", 1L));
            race(flushing, Items.TABLE, each -> {
                each.flush(update(1, "a", "a", -1L));
                each.sink.journal.clear();
            });
            assertThat(flushing.journal).noneMatch(line -> line.startsWith("upsert items"));
            assertThat(flushing.sink.documents("all"))
                    .as("the other document of the table")
                    .containsEntry("a", document("a", -1));
        }
    }

    @Test
    void rowThatMovesToAnotherCollection_isNotWrittenToTheOldOne() throws Exception {
        FakeSink sink = new FakeSink();
        sink.strict = true;
        DynamicCollections family = new Tenants().family(sink, Goods.WRITTEN_AS);
        Targets targets = new Targets(List.of(), List.of(family));
        try (Flushing flushing =
                new Flushing(directory, Config.OnReject.DEAD_LETTER, sink, targets, new Joins(List.of(), 1_000))) {
            Row of1 = Goods.row("a", "x", 1L, "b", "text 1");
            Row of2 = Goods.row("a", "x", 1L, "b", "text 2");
            flushing.flush(Goods.insert(1, of1));
            flushing.rows.byId.put("a", of1);
            race(flushing, Goods.TABLE, each -> {
                each.flush(Goods.update(2, of1, of2));
                each.rows.byId.put("a", of2);
                sink.journal.clear();
            });
            assertThat(sink.journal).noneMatch(line -> line.startsWith("upsert g_1"));
            assertThat(sink.documents("g_2")).containsOnlyKeys("a");
        }
    }

    @Test
    void truncate_discardsTheChunk() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            race(flushing, Items.TABLE, each -> {
                each.rows.byId.clear();
                each.flush(truncate(1));
                each.sink.journal.clear();
            });
            assertThat(flushing.journal).noneMatch(line -> line.startsWith("upsert"));
            assertThat(flushing.rows.pages).containsExactly("", "");
        }
    }

    @Test
    void rowOfOtherColumns_discardsTheChunk() throws Exception {
        try (Flushing flushing = flushing(Goods.target())) {
            RowSchema more = Goods.schema(Kind.INT64, true);
            flushing.rows.byId.put("a", Goods.row("a", "x", 1L, "b", "s"));
            race(flushing, Goods.TABLE, each -> {
                each.rows.byId.put("a", new Row(more, new Object[] {"a", "x", 1L, "b", "s", 7L}));
                Row added = new Row(more, new Object[] {"b", "x", 1L, "b", "s", 8L});
                each.rows.byId.put("b", added);
                each.flush(Goods.insert(1, added));
            });
            assertThat(flushing.rows.pages).containsExactly("", "");
            assertThat(flushing.sink.documents(Goods.COLLECTION).get("a")).contains("\"extra\":7");
        }
    }

    private static Target ofTenants() {
        return new Target(
                DocumentBuilder.of(Items.TABLE, "items")
                        .deleteWhere(TENANTS.table(), "n:=:id")
                        .build(),
                new TableInfo(Items.SCHEMA, List.of("id"), -1),
                new CollectionInfo("items", List.of(), false, null, 0),
                List.of("id", "n"),
                CollectionDesign.columns(Items.SCHEMA));
    }

    private static ChangeEvent tenantDeleted(long position, long id) {
        return Items.event(position, new Change.Delete(new Row(TENANTS, new Object[] {id})));
    }

    @Test
    void deleteByFilter_discardsTheChunk() throws Exception {
        try (Flushing flushing = flushing(ofTenants())) {
            flushing.rows.byId.put("a", row("a", 7L));
            race(flushing, Items.TABLE, each -> {
                each.rows.byId.clear(); // what the database deletes along with the tenant is not in the log
                each.flush(tenantDeleted(1, 7L));
                each.sink.journal.clear();
            });
            assertThat(flushing.journal).noneMatch(line -> line.startsWith("upsert"));
            assertThat(flushing.rows.pages).containsExactly("", "");
        }
    }

    /** What it deleted is possibly visible until the batch has ended, after which its transaction is waited for. */
    @Test
    void chunkThatIsReadWhileADeletionByFilterIsFlushed_isDiscarded() throws Exception {
        try (Flushing flushing = flushing(ofTenants())) {
            flushing.rows.byId.put("a", row("a", 7L));
            flushing.snapshots.request(Items.TABLE, -1);
            flushing.reader.step();
            flushing.worker.flushOnce(Duration.ZERO);
            flushing.sink.halfway = () -> {
                flushing.sink.halfway = () -> {};
                try {
                    assertThat(flushing.reader.step())
                            .as("read after the deletion")
                            .isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            };
            flushing.flush(tenantDeleted(1, 7L), insert(2, "c", 8L));
            flushing.rows.byId.remove("a");
            flushing.rows.byId.put("c", row("c", 8L));
            flushing.journal.clear();
            flushing.load();
            assertThat(flushing.rows.pages).containsExactly("", "");
            assertThat(flushing.journal).noneMatch(line -> line.contains("[a"));
            assertThat(items(flushing)).containsOnlyKeys("c");
        }
    }

    @Test
    void endOfTheEngine_discardsWhatIsRead_andWhatWaits() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            race(flushing, Items.TABLE, each -> each.worker.whileResting(each.worker::forget));
            assertThat(flushing.rows.pages).as("while it was read").containsExactly("", "");

            flushing.sink.documents("items").clear();
            flushing.snapshots.request(Items.TABLE, -1);
            readChunk(flushing);
            flushing.worker.whileResting(flushing.worker::forget);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(items(flushing)).isEmpty();
            assertThat(flushing.stored).singleElement().matches(load -> load.rows() == 0);
            flushing.load();
            assertThat(items(flushing)).containsOnlyKeys("a");
        }
    }

    /** Changes of rows that were read before a position is stored would not be sent after a crash. */
    @Test
    void withoutAStoredPosition_nothingIsRead() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            flushing.snapshots.sourceStopped();
            flushing.snapshots.request(Items.TABLE, -1);
            assertThat(flushing.reader.step()).isFalse();
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(flushing.reader.step()).isFalse();
            assertThat(flushing.rows.pages).isEmpty();
            flushing.snapshots.sourceStarted();
            flushing.load();
            assertThat(items(flushing)).containsOnlyKeys("a");
        }
    }

    /** Progress that relies on another position is discarded with the chunks in flight. */
    @Test
    void otherPosition_startsTheLoadAgain() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            race(flushing, Items.TABLE, each -> {
                try {
                    each.snapshots.startOver();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(flushing.rows.pages).containsExactly("", "");
            assertThat(items(flushing)).containsOnlyKeys("a");
            assertThat(flushing.count("tidemark.load.restarts", "reason", "position"))
                    .isEqualTo(1);
        }
    }

    @Test
    void changesOfOtherTables_andEarlierOnes_leaveNothingOut() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 2L));
            flushing.snapshots.request(Items.TABLE, -1); // so changes are recorded
            flushing.flush(insert(1, "a", 1L)); // contained in the chunk
            flushing.sink.documents("items").clear();
            race(flushing, tenantDeleted(2, 1L));
            assertThat(items(flushing)).containsEntry("a", document("a", 2));
        }
    }
}
