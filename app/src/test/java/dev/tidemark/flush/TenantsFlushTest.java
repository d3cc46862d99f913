package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.load.Loads;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent where rows belong to collections by an expression. */
class TenantsFlushTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final FakeSink sink = new FakeSink();
    private final Tenants tenants = new Tenants();

    @SuppressWarnings("NullAway.Init")
    private DynamicCollections family;

    @SuppressWarnings("NullAway.Init")
    private Flushing flushing;

    @BeforeEach
    void open() throws Exception {
        sink.strict = true;
        tenants.before = () -> sink.journal.add("record");
        family = tenants.family(sink, Goods.WRITTEN_AS);
        flushing = new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                sink,
                new Targets(List.of(), List.of(family)),
                new Joins(List.of(), 1000));
    }

    @AfterEach
    void close() throws Exception {
        flushing.close();
    }

    private static Row row(String id, @Nullable Object name, @Nullable Object tenant) {
        return Goods.row(id, name, 1L, "b", tenant == null ? null : "text " + tenant);
    }

    private List<String> flush(ChangeEvent... events) throws InterruptedException {
        sink.journal.clear();
        flushing.flush(events);
        return List.copyOf(sink.journal);
    }

    @Test
    void collection_isRecordedBeforeItIsMade_andOnce() throws Exception {
        assertThat(flush(Goods.insert(1, row("a", "x", 1)), Goods.insert(2, row("b", "x", 1))))
                .containsExactly("record", "create g_1", "record", "upsert g_1 [a, b]");
        assertThat(flush(Goods.insert(3, row("c", "x", 1)))).containsExactly("upsert g_1 [c]");
        assertThat(tenants.recorded).containsExactly("g_1");
        assertThat(flushing.count("tidemark.documents", "collection", "g_1", "outcome", "ok"))
                .isEqualTo(3);
    }

    @Test
    void collectionOfOthers_isAdoptedWithALoadOfTheTable_whichSweepsIt() throws Exception {
        flushing.close();
        flushing = new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                sink,
                new Targets(List.of(), List.of(tenants.adopting())),
                new Joins(List.of(), 1000));
        sink.documents("g_7").put("foreign", "{}");
        flush(Goods.insert(1, row("a", "x", 1)));
        assertThat(flushing.snapshots.pending()).isZero();
        flush(Goods.insert(2, row("b", "x", 7)));
        assertThat(flushing.snapshots.progress())
                .extracting(Loads.Progress::table)
                .containsExactly(Goods.TABLE);
    }

    @Test
    void update_staysAPart_andAMoveIsADeleteAndAWholeDocument() throws Exception {
        flush(Goods.insert(1, row("a", "x", 1)), Goods.insert(2, row("b", "x", 2)));
        assertThat(flush(Goods.update(3, row("a", "x", 1), row("a", "y", 1)))).containsExactly("update g_1 [a]");
        assertThat(flush(Goods.update(4, row("a", "y", 1), row("a", "z", 2))))
                .containsExactlyInAnyOrder("delete g_1 [a]", "upsert g_2 [a]");
        assertThat(flush(Goods.update(5, row("a", "z", 2), row("c", "z", 1))))
                .containsExactlyInAnyOrder("delete g_2 [a]", "upsert g_1 [c]");
        assertThat(sink.documents("g_1").keySet()).containsExactly("c");
        assertThat(sink.documents("g_2").keySet()).containsExactly("b");
    }

    @Test
    void deleteThatDoesNotTellTheCollection_goesToAllOfThem() throws Exception {
        flush(Goods.insert(1, row("a", "x", 1)), Goods.insert(2, row("b", "x", 2)));
        Row key = Goods.row("a", Row.UNAVAILABLE, Row.UNAVAILABLE, Row.UNAVAILABLE, Row.UNAVAILABLE);
        assertThat(flush(Goods.delete(3, key))).containsExactlyInAnyOrder("delete g_1 [a]", "delete g_2 [a]");
        assertThat(flush(Goods.delete(4, row("z", "x", 7)))).isEmpty(); // nothing was ever put there
    }

    @Test
    void rowReadAgain_isNoDocumentWhereItMovedOn() throws Exception {
        flush(Goods.insert(1, row("a", "x", 1)), Goods.insert(2, row("b", "x", 2)));
        flushing.rows.byId.put("c", row("c", "x", 2));
        Row incomplete = Goods.row("c", "x", 1L, Row.UNAVAILABLE, "text 1");
        assertThat(flush(Goods.insert(3, incomplete))).containsExactly("delete g_1 [c]");
    }

    @Test
    void truncate_emptiesAllThatThereAre_andMakesNone() throws Exception {
        flush(
                Goods.insert(1, row("a", "x", 1)),
                Goods.insert(2, row("b", "x", 2)),
                Goods.insert(3, row("s", "x", null)));
        assertThat(flush(
                        Goods.insert(4, row("c", "x", 3)),
                        Items.event(5, new Change.Truncate(Goods.TABLE)),
                        Goods.insert(6, row("d", "x", 2))))
                .containsExactlyInAnyOrder("truncate g_1", "truncate g_2", "upsert g_2 [d]");
        assertThat(flushing.pending()).isEmpty();
    }

    @Test
    void rowWithoutACollection_isADeadLetterUntilItHasOne() throws Exception {
        flush(Goods.insert(1, row("a", "x", 1)));
        assertThat(flush(Goods.update(2, row("a", "x", 1), row("a", "x", null))))
                .containsExactly("delete g_1 [a]");
        assertThat(flush(Goods.insert(3, row("b", "x", "/")))).isEmpty();
        assertThat(flushing.pending()).extracting(DeadLetter::collection).containsExactly(Tenants.NONE, Tenants.NONE);
        assertThat(flushing.pending().get(0).error()).contains("NULL here: row.secret");
        assertThat(flushing.pending().get(1).error()).contains("'g_/' is not a collection name");
        assertThat(flush(Goods.update(4, row("a", "x", null), row("a", "x", 1)), Goods.delete(5, row("b", "x", "/"))))
                .containsExactly("upsert g_1 [a]");
        assertThat(flushing.pending()).isEmpty();
        assertThat(flushing.committed).isEqualTo(5);
    }

    @Test
    void rowWithoutACollection_whoseIdChanges_leavesNoLetterBehind() throws Exception {
        flush(Goods.insert(1, row("a", "x", null)));
        flush(Goods.update(2, row("a", "x", null), row("b", "x", null)));
        assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactly("b");
    }

    @Test
    void moreCollectionsThanTheLimit_areDeadLetters() throws Exception {
        for (int i = 0; i < DynamicCollections.MOST; i++) {
            family.add(sink.find(name(i)).orElseThrow(), List.of());
        }
        assertThat(flush(Goods.insert(1, row("a", "x", 5)))).isEmpty();
        assertThat(flushing.pending().get(0).error()).contains("'g_5'", "1000 collections");
        assertThat(tenants.recorded).isEmpty();
    }

    private String name(int i) {
        sink.documents("x_" + i);
        return "x_" + i;
    }

    @Test
    void sweep_takesWhatMovedOn_andForgetsWhatIsEmpty() throws Exception {
        flush(Goods.insert(1, row("a", "x", 1)), Goods.insert(2, row("b", "x", 1)), Goods.insert(3, row("c", "x", 2)));
        flushing.rows.byId.put("a", row("a", "x", 1));
        flushing.rows.byId.put("b", row("b", "x", 3)); // it moved, and the log holds nothing of that
        flushing.rows.byId.put("c", row("c", "x", 3));
        flushing.snapshots.request(family.table(), -1);
        flushing.load();
        assertThat(sink.documents("g_1").keySet()).containsExactly("a");
        assertThat(sink.documents("g_2")).isEmpty();
        assertThat(sink.documents("g_3").keySet()).containsExactly("b", "c");
        assertThat(tenants.recorded).containsExactly("g_1", "g_3");
        assertThat(flush(Goods.insert(5, row("d", "x", 2)))).containsExactly("record", "record", "upsert g_2 [d]");
        assertThat(tenants.recorded).containsExactly("g_1", "g_2", "g_3");
    }
}
