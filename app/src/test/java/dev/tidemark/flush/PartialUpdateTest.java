package dev.tidemark.flush;

import static dev.tidemark.flush.Goods.delete;
import static dev.tidemark.flush.Goods.insert;
import static dev.tidemark.flush.Goods.row;
import static dev.tidemark.flush.Goods.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.flush.write.RowBudget;
import dev.tidemark.health.Health;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an update of a row writes: nothing, the fields that changed, or the full document. */
@Timeout(120)
class PartialUpdateTest {

    private static final Row ROW = row("a", "name", 1L, "big", "s");
    private static final String DOCUMENT = "{\"id\":\"a\",\"name\":\"name\",\"n\":1,\"big\":\"big\"}";
    private static final Object NOT_SENT = Row.UNAVAILABLE;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Flushing flushing;

    @BeforeEach
    void open() throws Exception {
        open(Config.OnReject.DEAD_LETTER, Goods.target());
    }

    private void open(Config.OnReject onReject, Target target) throws Exception {
        flushing = new Flushing(directory, onReject, null, List.of(target));
        flushing.sink.documents("goods").put("a", DOCUMENT);
    }

    @AfterEach
    void close() throws Exception {
        flushing.close();
    }

    @Test
    void writesOnlyWhatChanged_andNullAsNull() throws Exception {
        flushing.sink.documents("goods").put("a", "{\"id\":\"a\",\"kept\":1}"); // so it is seen what is not written
        flushing.flush(update(1, ROW, row("a", "name", null, "other", "s")));
        assertThat(flushing.journal).containsExactly("update goods [a]", "commit 1");
        assertThat(document("a")).isEqualTo("{\"id\":\"a\",\"kept\":1,\"big\":\"other\"}");
        assertThat(flushing.report.counts("goods").updated()).isEqualTo(1);
        assertThat(flushing.count("tidemark.documents", "action", "update", "outcome", "ok"))
                .isEqualTo(1);
        assertThat(outcomes()).containsExactly(Outcome.UPDATED);
    }

    private List<Outcome> outcomes() {
        return flushing.traces.find(Goods.TABLE, "a"::equals, 9).entries().stream()
                .map(TraceEntry::outcome)
                .toList();
    }

    @Test
    void skips_whatChangesNoField_andCountsIt() throws Exception {
        flushing.flush(update(1, ROW, row("a", "name", 1L, "big", "other")));
        assertThat(flushing.journal).containsExactly("commit 1");
        assertThat(flushing.count("tidemark.updates.skipped")).isEqualTo(1);
        assertThat(outcomes()).containsExactly(Outcome.UNCHANGED);
    }

    @Test
    void writesAll_whereNothingIsToldOfTheRowBefore_orEverythingChanged() throws Exception {
        flushing.flush(update(1, null, ROW));
        flushing.flush(update(2, row("a", "x", 2L, "y", "s"), ROW));
        flushing.flush(update(3, row("a", NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT), ROW));
        assertThat(flushing.journal)
                .filteredOn(line -> !line.startsWith("commit"))
                .containsOnly("upsert goods [a]");
    }

    @Test
    void writesWhatWasSent_whereALargeValueWasNot() throws Exception {
        flushing.flush(update(1, null, row("a", "other", 2L, NOT_SENT, "s")));
        assertThat(flushing.journal).containsExactly("update goods [a]", "commit 1");
        assertThat(document("a")).contains("\"other\"", "2", "\"big\"");
    }

    /** Invariant 3: while Typesense is away, the rows of the next part are not read with each attempt. */
    @Test
    void rowsOfTheNextPart_areReadWhenThePartBeforeIsWritten() throws Exception {
        List<ChangeEvent> changes = new ArrayList<>();
        for (int i = 1; i <= RowBudget.KEYS + 5; i++) {
            changes.add(update(i, null, row("k" + i, "other", 2L, NOT_SENT, "s")));
            flushing.rows.byId.put("k" + i, row("k" + i, "other", 2L, "big", "s"));
        }
        List<Integer> held = new ArrayList<>();
        flushing.sink.halfway = () -> {
            if (flushing.rows.asked > 0 && held.size() < 3) {
                held.add(flushing.rows.asked);
                throw FakeSink.retryable();
            }
        };
        flushing.flush(changes.toArray(ChangeEvent[]::new));
        assertThat(held).containsExactly(RowBudget.KEYS, RowBudget.KEYS, RowBudget.KEYS);
        assertThat(flushing.sink.documents("goods")).hasSize(RowBudget.KEYS + 6);
    }

    @Test
    void fillsIn_whatAnEarlierChangeTold() throws Exception {
        flushing.flush(
                insert(1, row("b", "name", 1L, "told", "s")), update(2, null, row("b", "other", 2L, NOT_SENT, "s")));
        assertThat(flushing.journal).containsExactly("upsert goods [b]", "commit 2");
        assertThat(document("b")).isEqualTo("{\"id\":\"b\",\"name\":\"other\",\"n\":2,\"big\":\"told\"}");
    }

    @Test
    void unitesParts_withTheValuesOfTheLast() throws Exception {
        flushing.sink.documents("goods").put("a", "{\"id\":\"a\"}");
        Row second = row("a", "name", 2L, "big", "s");
        Row third = row("a", "name", 3L, "big", "t");
        flushing.flush(
                update(1, ROW, second),
                update(2, second, third),
                update(3, third, row("a", "name", 3L, "large", "t")),
                update(4, row("a", "name", 3L, "large", "t"), row("a", "name", 3L, "large", "u")));
        assertThat(flushing.journal).containsExactly("update goods [a]", "commit 4");
        assertThat(document("a")).isEqualTo("{\"id\":\"a\",\"n\":3,\"big\":\"large\"}");
        assertThat(flushing.count("tidemark.updates.skipped")).isEqualTo(1);
    }

    @Test
    void writesAll_afterADelete_andDeletes_afterAPart() throws Exception {
        Row second = row("a", "name", 2L, "big", "s");
        flushing.flush(delete(1, ROW), insert(2, ROW), update(3, ROW, second));
        flushing.flush(update(4, ROW, second), delete(5, second));
        assertThat(flushing.journal).containsExactly("upsert goods [a]", "commit 3", "delete goods [a]", "commit 5");
    }

    @Test
    void movesTheDocument_whereTheIdChanged() throws Exception {
        flushing.flush(update(1, ROW, row("b", "name", 1L, "big", "s")));
        assertThat(flushing.journal).containsExactly("delete goods [a]", "upsert goods [b]", "commit 1");
    }

    @Test
    void writesAll_whereTheDocumentIsMissing_inTheSameAttempt() throws Exception {
        flushing.sink.documents("goods").clear();
        flushing.flush(update(1, ROW, row("a", "name", 2L, "big", "s")));
        assertThat(flushing.journal).containsExactly("update goods [a]", "upsert goods [a]", "commit 1");
        assertThat(document("a")).isEqualTo("{\"id\":\"a\",\"name\":\"name\",\"n\":2,\"big\":\"big\"}");
    }

    @Test
    void readsTheRow_whereTheDocumentIsMissing_andALargeValueWasNotSent() throws Exception {
        flushing.sink.documents("goods").clear();
        flushing.rows.byId.put("a", row("a", "now", 9L, "big", "s"));
        flushing.flush(
                update(1, null, row("a", "name", 2L, NOT_SENT, "s")),
                update(2, null, row("gone", "name", 2L, NOT_SENT, "s")));
        assertThat(flushing.journal)
                .containsExactly("update goods [a, gone]", "upsert goods [a]", "commit 2", "update goods [gone]");
        assertThat(document("a")).contains("\"now\"");
    }

    @Test
    void writesAll_whereARequiredFieldBecomesNull() throws Exception {
        flushing.flush(update(1, ROW, row("a", null, 1L, "big", "s")));
        assertThat(flushing.journal).containsExactly("upsert goods [a]", "commit 1");
    }

    @Test
    void aRefusedPart_isADeadLetter_andOnlyAWholeDocumentSettlesIt() throws Exception {
        Row bad = row("a", "name", 2L, "big", "s");
        flushing.sink.rejectedIds.add("a");
        flushing.flush(update(1, ROW, bad));
        assertThat(flushing.pending()).singleElement().satisfies(deadLetter -> {
            assertThat(deadLetter.operation()).isEqualTo("update");
            assertThat(deadLetter.document()).isEqualTo("{\"id\":\"a\",\"n\":2}");
        });
        assertThat(flushing.count("tidemark.documents", "action", "update", "outcome", "rejected"))
                .isEqualTo(1);
        flushing.sink.rejectedIds.clear();
        flushing.close();
        open(Config.OnReject.DEAD_LETTER, Goods.target()); // it is known after a restart, too
        flushing.flush(update(2, bad, row("a", "name", 2L, "big", "touched")));
        assertThat(flushing.journal).containsExactly("upsert goods [a]", "commit 2");
        assertThat(flushing.pending()).isEmpty();
        assertThat(document("a")).contains("2");
    }

    @Test
    void aRefusedPart_stops_whereThatIsAskedFor() throws Exception {
        flushing.close();
        open(Config.OnReject.STOP, Goods.target());
        flushing.sink.rejectedIds.add("a");
        Thread thread = new Thread(() -> {
            try {
                flushing.flush(update(1, ROW, row("a", "name", 2L, "big", "s")));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        await().until(() -> flushing.health.of(Health.Part.FLUSH).isPresent());
        flushing.sink.rejectedIds.clear();
        thread.join();
        assertThat(flushing.journal).containsExactly("update goods [a]", "update goods [a]", "commit 1");
        assertThat(flushing.pending()).extracting(DeadLetter::id).isEmpty();
    }

    @Test
    void sendsAgain_onlyWhatIsLeft() throws Exception {
        flushing.sink.failAfter("goods", 1, FakeSink.retryable());
        flushing.flush(insert(1, row("b", "n", 1L, "b", "s")), update(2, ROW, row("a", "name", 2L, "big", "s")));
        assertThat(flushing.journal)
                .containsExactly("update goods [a]", "failed upsert goods [b]", "upsert goods [b]", "commit 2");
    }

    @Test
    void writesAll_fromTheFirstRowOfOtherColumnsOn_andTellsBeforeTheOffsetIsStored() throws Exception {
        RowSchema retyped = Goods.schema(Kind.TEXT, false);
        flushing.beforeCommit = () -> flushing.journal.add("mixed " + flushing.mixed);
        flushing.flush(insert(1, new Row(retyped, new Object[] {"b", "n", "1", "b", "s"})));
        flushing.flush(update(2, ROW, row("a", "name", 2L, "big", "s")));
        assertThat(flushing.journal)
                .containsExactly(
                        "upsert goods [b]",
                        "mixed [goods]",
                        "commit 1",
                        "upsert goods [a]",
                        "mixed [goods]",
                        "commit 2");
    }

    @Test
    void writesParts_whereTheSameColumnsAreToldAgain_butDoesNotMixTheTwo() throws Exception {
        RowSchema again = Goods.schema(Kind.INT64, false);
        Row before = new Row(again, new Object[] {"a", "name", 2L, "big", "s"});
        Row after = new Row(again, new Object[] {"a", "name", 2L, "large", "s"});
        flushing.flush(update(1, ROW, row("a", "name", 2L, "big", "s")), update(2, before, after));
        flushing.flush(update(3, before, after));
        assertThat(flushing.journal).containsExactly("upsert goods [a]", "commit 2", "update goods [a]", "commit 3");
    }

    @Test
    void writesAll_whereItIsNotKnownHowDocumentsWereWritten() throws Exception {
        flushing.close();
        Target target = Goods.target(null);
        open(Config.OnReject.DEAD_LETTER, target);
        flushing.flush(update(1, ROW, row("a", "name", 2L, "big", "s")));
        new Targets(List.of(target), List.of()).loadBegun(target.table(), Targets.columns(target.tableInfo()));
        flushing.flush(update(2, ROW, row("a", "name", 2L, "big", "s")));
        assertThat(flushing.journal).containsExactly("upsert goods [a]", "commit 1", "update goods [a]", "commit 2");
    }

    private String document(String id) {
        return java.util.Objects.requireNonNull(flushing.sink.documents("goods").get(id));
    }
}
