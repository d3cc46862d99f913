package dev.tidemark.flush.write;

import static dev.tidemark.flush.Items.document;
import static dev.tidemark.flush.Items.insert;
import static dev.tidemark.flush.Items.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that are in the log and that other sessions do not see yet. */
class VisibilityTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Transaction one = new Transaction() {};
    private final Transaction two = new Transaction() {};

    private static ChangeEvent in(Transaction transaction, ChangeEvent event) {
        return new ChangeEvent(
                event.change(),
                event.position(),
                event.commitMillis(),
                event.resumeOffset(),
                event.bytes(),
                transaction,
                0);
    }

    @Test
    void flushOnce_readsRowsAgain_onlyWhenAllTheirTransactionsAreVisible() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.byId.put("a", row("a", 1L));
            flushing.rows.hidden.put(one, () -> flushing.rows.byId.put("a", row("a", 7L)));
            flushing.rows.hidden.put(two, () -> flushing.rows.byId.put("b", row("b", 8L)));
            flushing.flush(
                    in(one, insert(1, "a", Row.UNAVAILABLE)),
                    in(one, insert(2, "a", Row.UNAVAILABLE)),
                    in(two, insert(3, "b", Row.UNAVAILABLE)));
            assertThat(flushing.sink.documents("items"))
                    .containsEntry("a", document("a", 7L))
                    .containsEntry("b", document("b", 8L));
            assertThat(flushing.count("tidemark.retries", "reason", "row_read")).isPositive();
            assertThat(flushing.rows.hidden).isEmpty();
        }
    }

    @Test
    void flushOnce_asksNothing_whereNothingIsReadAgain() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.rows.hidden.put(one, () -> {});
            flushing.flush(in(one, insert(1, "a", 1L)));
            assertThat(flushing.rows.hidden).containsKey(one);
            assertThat(flushing.journal).containsExactly("upsert items [a]", "commit 1");
        }
    }

    @Test
    void sweep_findsTheRowsThatWereStreamed() throws Exception {
        try (Flushing flushing = new Flushing(directory, "items")) {
            flushing.snapshots.request(Items.TABLE, -1);
            flushing.rows.hidden.put(one, () -> flushing.rows.byId.put("new", row("new", 1L)));
            flushing.flush(in(one, insert(2, "new", 1L)));
            flushing.load();
            assertThat(flushing.sink.documents("items")).containsKey("new");
            assertThat(flushing.journal).containsSubsequence("upsert items [new]", "commit 2");
        }
    }
}
