package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents whose id an expression yields. */
class ComputedIdTest {

    private final Path directory;

    ComputedIdTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Flushing flushing() throws Exception {
        return new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                null,
                List.of(Goods.target(
                        Goods.WRITTEN_AS,
                        Config.Selection.ALL,
                        Map.of(),
                        Config.Validation.NONE,
                        Cel.cel("row.name"))));
    }

    private static Row row(String key, @Nullable Object name, long n) {
        return Goods.row(key, name, n, null, null);
    }

    @Test
    void changedId_deletesTheOldOne_unchangedIdIsAPart() throws Exception {
        try (Flushing flushing = flushing()) {
            flushing.flush(Goods.insert(1, row("1", "a", 1)));
            flushing.flush(Goods.update(2, row("1", "a", 1), row("1", "a", 2)));
            flushing.flush(Goods.update(3, row("1", "a", 2), row("1", "b", 2)));
            flushing.flush(Goods.delete(4, row("1", "b", 2)));
            assertThat(flushing.journal)
                    .containsExactly(
                            "upsert goods [a]",
                            "commit 1",
                            "update goods [a]",
                            "commit 2",
                            "delete goods [a]",
                            "upsert goods [b]",
                            "commit 3",
                            "delete goods [b]",
                            "commit 4");
        }
    }

    @Test
    void rowWithoutId_goesToTheDeadLetters_andItsOldDocumentAway() throws Exception {
        try (Flushing flushing = flushing()) {
            flushing.flush(Goods.insert(1, row("1", "a", 1)));
            flushing.flush(Goods.update(2, row("1", "a", 1), row("1", null, 1)));
            flushing.flush(Goods.update(3, row("1", null, 1), row("1", "x".repeat(1001), 1)));
            assertThat(flushing.sink.documents("goods")).isEmpty();
            flushing.flush(Goods.insert(4, row("2", null, 1)), Goods.insert(5, row("3", null, 1)));
            assertThat(flushing.pending())
                    .extracting(DeadLetter::key, DeadLetter::error)
                    .containsExactly(
                            tuple("1", "the id `row.name` is longer than 1000 bytes"),
                            tuple("2", "the id `row.name` is null"),
                            tuple("3", "the id `row.name` is null"));
            flushing.flush(
                    Goods.update(6, row("1", "x".repeat(1001), 1), row("1", "ok", 1)),
                    Goods.delete(7, row("2", null, 1)),
                    Goods.delete(8, row("3", null, 1)),
                    Goods.insert(9, row("3", null, 2)));
            assertThat(flushing.sink.documents("goods").keySet()).containsExactly("ok");
            assertThat(flushing.pending()).extracting(DeadLetter::key).containsExactly("3");
        }
    }

    @Test
    void changeThatDoesNotTellTheId_isADeadLetter_notNothing() throws Exception {
        try (Flushing flushing = flushing()) {
            flushing.flush(Goods.delete(1, Goods.row("1", Row.UNAVAILABLE, Row.UNAVAILABLE, null, null)));
            assertThat(flushing.pending())
                    .extracting(DeadLetter::error)
                    .containsExactly("the id `row.name` is unknown: the log did not contain name");
        }
    }

    @Test
    void twoRowsWithOneId_areTold() throws Exception {
        try (Flushing flushing = flushing()) {
            flushing.flush(Goods.insert(1, row("1", "a", 1)), Goods.insert(2, row("2", "a", 2)));
            assertThat(flushing.sink.documents("goods")).hasSize(1);
            assertThat(flushing.sink.documents("goods").get("a")).contains("2");
            assertThat(flushing.pending())
                    .extracting(DeadLetter::key, DeadLetter::error)
                    .containsExactly(tuple(
                            "1",
                            "the row 2 has the id 'a', too: only one of them can be a document. Let the expression of 'id'"
                                    + " distinguish them"));
        }
    }

    /** Within one transaction a row may take an id before the other row has given it up. */
    @Test
    void idHandedOver_staysWithTheRowThatHasIt() throws Exception {
        try (Flushing flushing = flushing()) {
            flushing.flush(Goods.insert(1, row("1", "a", 1)), Goods.insert(2, row("2", "b", 2)));
            flushing.flush(
                    Goods.update(3, row("2", "b", 2), row("2", "a", 2)),
                    Goods.update(4, row("1", "a", 1), row("1", "c", 1)));
            assertThat(flushing.sink.documents("goods").keySet()).containsExactly("a", "c");
            flushing.flush(Goods.update(5, row("2", "a", 2), row("2", "d", 2)), Goods.insert(6, row("3", "d", 3)));
            flushing.flush(Goods.insert(7, row("4", "e", 4)), Goods.delete(8, row("5", "e", 5)));
            assertThat(flushing.sink.documents("goods").keySet()).containsExactly("c", "d", "e");
        }
    }
}
