package dev.tidemark.flush.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.collection.Target;
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
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.DocumentFilter;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.load.Load;
import dev.tidemark.sink.CollectionInfo;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CascadesTest {

    private static final RowSchema TENANTS = new RowSchema(
            new TableId("public", "tenants"), List.of(new Column("id", ColumnType.of(Kind.INT64), false)));

    private static Target items() {
        return new Target(
                DocumentBuilder.of(Items.TABLE, "items")
                        .deleteWhere(TENANTS.table(), "n:=:id")
                        .build(),
                new TableInfo(Items.SCHEMA, List.of("id"), -1),
                new CollectionInfo("items", List.of(), false, null, 0),
                List.of("id", "n"),
                CollectionDesign.columns(Items.SCHEMA));
    }

    private static ChangeEvent tenantDeleted(long position, @Nullable Object id) {
        return Items.event(position, new Change.Delete(new Row(TENANTS, new @Nullable Object[] {id})));
    }

    @Test
    void deletion_comesAfterWhatWasBeforeIt_andBeforeWhatFollows(@TempDir Path directory) throws Exception {
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, null, List.of(items()))) {
            flushing.flush(
                    Items.insert(1, "a", 7L),
                    Items.insert(2, "b", 8L),
                    tenantDeleted(3, 7L),
                    tenantDeleted(4, 9L),
                    Items.insert(5, "c", 7L),
                    tenantDeleted(6, null));
            assertThat(flushing.journal)
                    .containsExactly(
                            "upsert items [a, b]",
                            "deleteBy items n:=7",
                            "deleteBy items n:=9",
                            "upsert items [c]",
                            "commit 6");
            assertThat(flushing.sink.documents("items").keySet()).containsExactly("b", "c");
        }
    }

    /** What the database changes along with it is not in the log: the table is read again, which is remembered before the offset is. */
    @Test
    void keyThatChanges_deletesNothing_andTheTableIsReadAgain(@TempDir Path directory) throws Exception {
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, null, List.of(items()))) {
            flushing.beforeCommit = () -> flushing.journal.add("wanted " + flushing.stored.size());
            flushing.flush(
                    Items.insert(1, "a", 7L),
                    Items.event(2, new Change.Delete(new Row(TENANTS, new @Nullable Object[] {7L}), true)));
            assertThat(flushing.journal).startsWith("upsert items [a]", "wanted 1", "commit 2");
            assertThat(flushing.stored).extracting(Load::table).containsExactly(Items.TABLE);
        }
    }

    @Test
    void deletionThatFails_isTriedAgainBeforeAnythingElse(@TempDir Path directory) throws Exception {
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, null, List.of(items()))) {
            flushing.sink.failAfter("items", 1, FakeSink.retryable());
            flushing.flush(Items.insert(1, "a", 7L), tenantDeleted(2, 7L), Items.insert(3, "c", 7L));
            assertThat(flushing.journal)
                    .containsExactly(
                            "upsert items [a]",
                            "failed deleteBy items n:=7",
                            "deleteBy items n:=7",
                            "upsert items [c]",
                            "commit 3");
        }
    }

    /** So Postgres logs a row that moves to another partition, and MySQL a REPLACE, which does delete what refers to the row. */
    @Test
    void rowThatIsThereAgainInTheSameTransaction_takesNothingWithIt_unlessCascadesAreSilent() {
        Transaction one = new Named("one");
        Row tenant = new Row(TENANTS, new @Nullable Object[] {7L});
        ChangeEvent delete = in(one, new Change.Delete(tenant));
        ChangeEvent insert = in(one, new Change.Upsert(null, tenant, Change.Upsert.Cause.INSERT));
        ChangeEvent later = in(new Named("two"), insert.change());
        assertThat(deletions(false, delete, insert)).isZero();
        assertThat(deletions(true, delete, insert)).isEqualTo(1);
        assertThat(deletions(false, delete, later)).isEqualTo(1);
        assertThat(deletions(false, insert, delete)).isEqualTo(1);
    }

    private record Named(String name) implements Transaction {}

    private static ChangeEvent in(Transaction transaction, Change change) {
        return new ChangeEvent(change, 1, 1_000, null, 100, transaction, 0);
    }

    private static long deletions(boolean silent, ChangeEvent... events) {
        return new Cascades(List.of(List.of(items())), silent)
                .segments(List.of(events)).stream()
                        .mapToLong(segment -> segment.deletions().size())
                        .sum();
    }

    @Test
    void withoutRules_aBatchIsNotCut() {
        List<ChangeEvent> events = List.of(Items.insert(1, "a", 7L), tenantDeleted(2, 7L));
        List<Cascades.Segment> segments = new Cascades(List.of(List.of(Items.target("items"))), false).segments(events);
        assertThat(segments).hasSize(1);
        assertThat(segments.get(0).events()).isSameAs(events);
    }

    private static final RowSchema CODES =
            new RowSchema(new TableId("public", "codes"), List.of(new Column("code", ColumnType.of(Kind.TEXT), false)));

    private static Target coded() {
        return new Target(
                DocumentBuilder.of(Items.TABLE, "items")
                        .deleteWhere(CODES.table(), "n:=:code")
                        .build(),
                new TableInfo(Items.SCHEMA, List.of("id"), -1),
                new CollectionInfo("items", List.of(), false, null, 0),
                List.of("id", "n"),
                CollectionDesign.columns(Items.SCHEMA));
    }

    private static ChangeEvent codeDeleted(long position, String code) {
        return Items.event(position, new Change.Delete(new Row(CODES, new @Nullable Object[] {code})));
    }

    /** The barrier is the same: what came before is written before, what follows afterwards; a crash in between is repeated. */
    @Test
    void text_isFoundAndCompared_betweenWhatWasBeforeItAndWhatFollows(@TempDir Path directory) throws Exception {
        try (Flushing flushing = new Flushing(directory, Config.OnReject.DEAD_LETTER, null, List.of(coded()))) {
            flushing.sink.documents("items").put("there", "{\"n\":\"A-7\"}");
            flushing.sink.failAfter("items", 1, FakeSink.retryable());
            flushing.flush(
                    Items.insert(1, "a", 7L), Items.insert(2, "b", 8L), codeDeleted(3, "7"), Items.insert(4, "c", 7L));
            flushing.flush(codeDeleted(5, "a7"));
            flushing.flush(codeDeleted(6, "ä"), codeDeleted(7, "A-7"));
            assertThat(flushing.journal)
                    .containsExactly(
                            "upsert items [a, b]",
                            "export items n:=`7`",
                            "failed delete items [a]",
                            "export items n:=`7`",
                            "delete items [a]",
                            "upsert items [c]",
                            "commit 4",
                            "export items n:=`a7`", // finds A-7, which is another
                            "commit 5",
                            "export items of all", // for both
                            "delete items [there]",
                            "commit 7");
            assertThat(flushing.sink.documents("items").keySet()).containsExactly("b", "c");
        }
    }

    @Test
    void manyDocuments_goInAsManyPassesAsItTakes() throws Exception {
        FakeSink sink = new FakeSink();
        for (int i = 0; i < 10; i++) {
            sink.documents("items").put("d" + i, "{\"n\":\"" + (i < 5 ? "x" : "X") + "\"}");
        }
        DocumentFilter filter = new DocumentFilter.ByValue(List.of(new DocumentFilter.Condition("n", "x", true)));
        List<CascadeDelete> all = CascadeDelete.of(List.of(new Cascades.Deletion("items", filter)), 2);
        assertThat(all).hasSize(1);
        assertThat(all.get(0).run(sink)).isEqualTo(5);
        assertThat(sink.documents("items").keySet()).containsExactly("d5", "d6", "d7", "d8", "d9");
    }
}
