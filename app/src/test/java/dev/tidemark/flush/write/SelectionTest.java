package dev.tidemark.flush.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Goods;
import dev.tidemark.flush.Items;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are documents only while {@code where} holds, and what is sent when that changes. */
class SelectionTest {

    private static final Config.Selection POSITIVE =
            new Config.Selection(Cel.cel("default(row.n, 0) > 0 && row.big != 'hidden'"), null);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Flushing flushing;

    @BeforeEach
    void open() throws Exception {
        open(POSITIVE);
    }

    private void open(Config.Selection selection) throws Exception {
        flushing = new Flushing(
                directory, Config.OnReject.DEAD_LETTER, null, List.of(Goods.target(Goods.WRITTEN_AS, selection)));
    }

    @AfterEach
    void close() throws Exception {
        flushing.close();
    }

    private static Row row(String id, @Nullable Object n, @Nullable Object big) {
        return Goods.row(id, "name", n, big, null);
    }

    private static Row row(String id, @Nullable Object n) {
        return row(id, n, "b");
    }

    private static ChangeEvent snapshot(long position, Row row) {
        return Items.event(position, new Change.Upsert(null, row, Change.Upsert.Cause.LOAD));
    }

    @Test
    void row_entersAsAWholeDocument_andLeavesAsADelete() throws Exception {
        flushing.flush(Goods.insert(1, row("a", 0L)));
        assertThat(flushing.journal).containsExactly("delete goods [a]", "commit 1");
        flushing.journal.clear();
        flushing.flush(Goods.update(2, row("a", 0L), row("a", 1L)));
        assertThat(flushing.journal).containsExactly("upsert goods [a]", "commit 2");
        flushing.journal.clear();
        flushing.flush(Goods.update(3, row("a", 1L), row("a", 2L)));
        assertThat(flushing.journal).containsExactly("update goods [a]", "commit 3");
        flushing.journal.clear();
        flushing.flush(Goods.update(4, row("a", 2L), row("a", -2L)));
        assertThat(flushing.journal).containsExactly("delete goods [a]", "commit 4");
        assertThat(flushing.sink.documents(Goods.COLLECTION)).isEmpty();
        assertThat(flushing.count("tidemark.filtered", "table", "public.goods")).isEqualTo(2);
    }

    @Test
    void rowThatStaysOut_isSentNothing() throws Exception {
        flushing.flush(Goods.update(1, row("a", 0L), Goods.row("a", "other", -1L, "b", null)));
        assertThat(flushing.journal).containsExactly("commit 1");
        assertThat(flushing.count("tidemark.updates.skipped")).isEqualTo(1);
    }

    @Test
    void rowOfWhichNothingIsKnownFromBefore_isWrittenWhole_orDeleted() throws Exception {
        flushing.flush(Goods.update(1, null, row("a", 1L)), Goods.update(2, null, row("b", 0L)));
        assertThat(flushing.journal).containsExactlyInAnyOrder("upsert goods [a]", "delete goods [b]", "commit 2");
    }

    @Test
    void changesOfOneBatch_areJudgedByTheLastRow() throws Exception {
        flushing.flush(
                Goods.insert(1, row("a", 1L)),
                Goods.update(2, row("a", 1L), row("a", 0L)),
                Goods.insert(3, row("b", 0L)),
                Goods.update(4, row("b", 0L), row("b", 5L)),
                Goods.update(5, row("c", 1L), row("c", 0L)),
                Goods.update(6, row("c", 0L), row("c", -1L)));
        assertThat(flushing.sink.documents(Goods.COLLECTION)).containsOnlyKeys("b");
        assertThat(flushing.journal).contains("delete goods [a, c]");
    }

    @Test
    void conditionOnAColumnThatWasNotSent_isJudgedByTheRowThatIsRead() throws Exception {
        flushing.rows.byId.put("a", row("a", 1L, "hidden"));
        flushing.rows.byId.put("b", row("b", 1L, "shown"));
        flushing.flush(
                Goods.update(1, null, row("a", 1L, Row.UNAVAILABLE)),
                Goods.update(2, null, row("b", 1L, Row.UNAVAILABLE)));
        assertThat(flushing.journal).containsExactlyInAnyOrder("delete goods [a]", "upsert goods [b]", "commit 2");
    }

    @Test
    void conditionThatHoldsForTheRowBefore_letsPartsThrough_whereTheColumnDidNotChange() throws Exception {
        flushing.flush(Goods.insert(1, row("a", 1L)));
        flushing.journal.clear();
        flushing.flush(Goods.update(2, row("a", 1L), row("a", 2L, Row.UNAVAILABLE)));
        assertThat(flushing.journal).containsExactly("update goods [a]", "commit 2");
    }

    @Test
    void snapshotOfAnEmptyCollection_sendsNothingForRowsThatAreLeftOut() throws Exception {
        flushing.rows.byId.put("a", row("a", 0L));
        flushing.rows.byId.put("b", row("b", 1L));
        flushing.snapshots.begin(List.of(Goods.TABLE), table -> false);
        flushing.load();
        assertThat(flushing.journal).containsExactly("upsert goods [b]");
        assertThat(flushing.count("tidemark.filtered", "table", "public.goods")).isEqualTo(1);
        flushing.journal.clear();
        flushing.flush(Goods.insert(3, row("c", 0L))); // streamed
        assertThat(flushing.journal).containsExactly("delete goods [c]", "commit 3");
    }

    @Test
    void snapshotOfACollectionThatHasDocuments_deletesThoseOfRowsThatAreLeftOut() throws Exception {
        flushing.flush(snapshot(1, row("a", 0L)), snapshot(2, row("b", 1L)));
        assertThat(flushing.journal).containsExactlyInAnyOrder("delete goods [a]", "upsert goods [b]", "commit 2");
    }

    @Test
    void conditionThatFails_isADeadLetter_untilItHolds() throws Exception {
        close();
        open(new Config.Selection(Cel.cel("10 / row.n > 1"), null));
        flushing.flush(Goods.insert(1, row("a", 0L)), Goods.insert(2, row("b", 1L)));
        assertThat(flushing.sink.documents(Goods.COLLECTION)).containsOnlyKeys("b");
        assertThat(flushing.pending())
                .singleElement()
                .satisfies(deadLetter -> assertThat(deadLetter.error()).contains("where", "10 / row.n > 1", "by zero"));
        flushing.flush(Goods.update(3, row("a", 0L), row("a", 50L)));
        assertThat(flushing.pending()).isEmpty();
        assertThat(flushing.sink.documents(Goods.COLLECTION)).containsOnlyKeys("b");
    }

    @Test
    void failedRequest_isTriedAgain_andCountedOnce() throws Exception {
        int[] failures = {2};
        flushing.sink.halfway = () -> {
            if (failures[0]-- > 0) {
                throw FakeSink.retryable();
            }
        };
        flushing.flush(Goods.insert(1, row("a", 0L)), Goods.insert(2, row("b", 1L)));
        assertThat(flushing.sink.documents(Goods.COLLECTION)).containsOnlyKeys("b");
        assertThat(flushing.count("tidemark.filtered", "table", "public.goods")).isEqualTo(1);
    }

    @Test
    void softDelete_takesAFlagOrATime() throws Exception {
        close();
        open(new Config.Selection(null, Cel.located("n"))); // a number: a flag
        flushing.flush(Goods.insert(1, row("a", 0L)), Goods.insert(2, row("b", 1L)), Goods.insert(3, row("c", null)));
        assertThat(flushing.sink.documents(Goods.COLLECTION)).containsOnlyKeys("a", "c");
        close();
        open(new Config.Selection(
                Cel.cel("row.n != 7"), Cel.located("big"))); // anything else: deleted where it has a value
        flushing.flush(
                Goods.insert(4, row("a", 0L, null)),
                Goods.insert(5, row("b", 0L, "2024-01-01")),
                Goods.insert(6, row("c", 7L, null)));
        assertThat(flushing.sink.documents(Goods.COLLECTION)).containsOnlyKeys("a");
    }

    @Test
    void rowWithoutAnId_isNoDeadLetter_whereItIsLeftOut() throws Exception {
        flushing.flush(Goods.insert(1, Goods.row(null, "name", 0L, "b", null)));
        assertThat(flushing.pending()).isEmpty();
        flushing.flush(Goods.insert(2, Goods.row(null, "name", 1L, "b", null)));
        assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactly("");
    }
}
