package dev.tidemark.flush.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Change;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.flush.join.Joins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deletes that rest on rows that were not found: too many of them wait for an operator (invariant 9). */
class DeleteGuardTest {

    private static final String COLLECTION = "items";

    private final Path directory;
    private final FakeSink sink = new FakeSink();
    private final Target target = Items.target(COLLECTION);

    DeleteGuardTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Flushing flushing(Config.OnTruncate truncate) throws IOException {
        Flushing flushing = new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                sink,
                new Targets(List.of(target), List.of()),
                new Joins(List.of(), 1000),
                List.of(),
                new Config.Guard(20, 10, truncate));
        return flushing;
    }

    private Flushing flushing() throws IOException {
        return flushing(Config.OnTruncate.PASS);
    }

    private void documents(int count) {
        for (int i = 0; i < count; i++) {
            sink.documents(COLLECTION).put("d" + i, "{}");
        }
    }

    private static void rows(Flushing flushing, int count) {
        for (int i = 0; i < count; i++) {
            flushing.rows.byId.put("d" + i, Items.row("d" + i, 1L));
        }
    }

    private static void sweep(Flushing flushing) throws Exception {
        flushing.snapshots.request(Items.TABLE, -1);
        flushing.load();
    }

    private static Approval only(Flushing flushing) {
        assertThat(flushing.approvals.pending()).hasSize(1);
        return flushing.approvals.pending().get(0);
    }

    private Set<String> left() {
        return sink.documents(COLLECTION).keySet();
    }

    private List<String> lists() throws IOException {
        Path held = directory.resolve("state").resolve("held");
        if (!Files.isDirectory(held)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(held)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void sweep_deletesNothing_whenTheTableReadsEmpty_andTheSnapshotEnds() throws Exception {
        documents(2000);
        try (Flushing flushing = flushing()) {
            sweep(flushing);
            assertThat(left()).hasSize(2000);
            assertThat(flushing.stored).as("loads that are not done").isEmpty();
            Approval held = only(flushing);
            assertThat(held.count()).isEqualTo(2000);
            assertThat(held.examples()).hasSize(20);
            assertThat(held.message()).contains("2000 of 2000 documents of collection items");
        }
        try (Flushing again = flushing()) {
            assertThat(only(again).count()).as("after a restart").isEqualTo(2000);
        }
    }

    @Test
    void sweep_deletes_whenTheyAreFew() throws Exception {
        documents(200);
        try (Flushing flushing = flushing()) {
            rows(flushing, 180);
            sweep(flushing);
            assertThat(left()).hasSize(180);
            assertThat(flushing.approvals.all()).isEmpty();
        }
    }

    @Test
    void approved_deletesExactlyTheList_andNoRowThatCameSince() throws Exception {
        documents(100);
        try (Flushing flushing = flushing()) {
            rows(flushing, 40);
            sweep(flushing);
            assertThat(left()).hasSize(100);
            flushing.rows.byId.put("d50", Items.row("d50", 1L)); // inserted since
            sink.documents(COLLECTION).put("made by hand", "{}"); // not in the list
            flushing.approvals.decide(only(flushing).id(), Verdict.APPROVED);
            assertThat(flushing.worker.flushOnce(Duration.ZERO)).isTrue();
            assertThat(left()).hasSize(42).contains("d50", "made by hand", "d39");
            assertThat(flushing.approvals.all()).isEmpty();
            assertThat(lists()).isEmpty();
            assertThat(flushing.worker.flushOnce(Duration.ZERO)).isFalse();
        }
    }

    @Test
    void abandoned_keepsTheDocuments() throws Exception {
        documents(100);
        try (Flushing flushing = flushing()) {
            sweep(flushing);
            flushing.approvals.decide(only(flushing).id(), Verdict.ABANDONED);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(left()).hasSize(100);
            assertThat(flushing.approvals.all()).isEmpty();
            assertThat(lists()).isEmpty();
        }
    }

    @Test
    void approved_isCarriedOutByTheNextProcess_alsoWhenOneWasKilledHalfway() throws Exception {
        documents(3000);
        try (Flushing flushing = flushing()) {
            sweep(flushing);
            flushing.approvals.decide(only(flushing).id(), Verdict.APPROVED);
        }
        try (Flushing killed = flushing()) {
            sink.failAfter(COLLECTION, 1, FakeSink.retryable());
            killed.worker.flushOnce(Duration.ZERO);
            assertThat(left()).hasSize(2000);
        }
        try (Flushing again = flushing()) {
            again.worker.flushOnce(Duration.ZERO);
            assertThat(left()).isEmpty();
            assertThat(again.approvals.all()).isEmpty();
        }
    }

    @Test
    void listThatIsMissing_deletesNothing() throws Exception {
        documents(100);
        try (Flushing flushing = flushing()) {
            sweep(flushing);
            String id = only(flushing).id();
            flushing.approvals.decide(id, Verdict.APPROVED);
            Files.delete(directory.resolve("state").resolve("held").resolve(id + ".ids"));
        }
        try (Flushing again = flushing()) {
            again.worker.flushOnce(Duration.ZERO);
            assertThat(left()).hasSize(100);
            assertThat(again.approvals.all()).isEmpty();
        }
    }

    @Test
    void listThatIsDamaged_deletesNothing_andStays() throws Exception {
        documents(100);
        try (Flushing flushing = flushing()) {
            sweep(flushing);
            String id = only(flushing).id();
            Path list = directory.resolve("state").resolve("held").resolve(id + ".ids");
            byte[] bytes = Files.readAllBytes(list);
            bytes[bytes.length / 2] ^= 1;
            Files.write(list, bytes);
            flushing.approvals.decide(id, Verdict.APPROVED);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(left()).hasSize(100);
            assertThat(flushing.approvals.all()).hasSize(1);
        }
    }

    @Test
    void secondSweep_replacesTheList_orWithdrawsIt() throws Exception {
        documents(100);
        try (Flushing flushing = flushing()) {
            sweep(flushing);
            String first = only(flushing).id();
            rows(flushing, 50);
            sweep(flushing);
            assertThat(only(flushing).id()).isNotEqualTo(first);
            assertThat(only(flushing).count()).isEqualTo(50);
            rows(flushing, 100);
            sweep(flushing);
            assertThat(flushing.approvals.all()).isEmpty();
            assertThat(left()).hasSize(100);
        }
    }

    @Test
    void deletesInTheLog_areNeverHeld() throws Exception {
        documents(100);
        try (Flushing flushing = flushing()) {
            sweep(flushing);
            for (int i = 0; i < 90; i++) {
                flushing.queue.put(List.of(Items.delete(10 + i, "d" + i)));
            }
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(left()).hasSize(10);
            flushing.approvals.decide(only(flushing).id(), Verdict.APPROVED);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(left()).as("those of the list that were left").isEmpty();
        }
    }

    @Test
    void truncate_isHeldWhereThatIsWanted_andWhatFollowsIsWritten() throws Exception {
        documents(30);
        try (Flushing flushing = flushing(Config.OnTruncate.HOLD)) {
            flushing.flush(Items.truncate(3), Items.insert(4, "new", 1L));
            assertThat(left()).hasSize(31);
            assertThat(flushing.committed).isEqualTo(4);
            assertThat(only(flushing).message()).contains("was truncated");
            flushing.rows.byId.put("new", Items.row("new", 1L));
            flushing.approvals.decide(only(flushing).id(), Verdict.APPROVED);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(left()).containsExactly("new");
        }
    }

    @Test
    void truncateOfADroppedTable_isAlwaysHeld() throws Exception {
        documents(30);
        try (Flushing flushing = flushing()) {
            flushing.flush(Items.event(3, new Change.Truncate(Items.TABLE, true)));
            flushing.flush(Items.event(3, new Change.Truncate(Items.TABLE, true))); // the same, sent again
            assertThat(left()).hasSize(30);
            flushing.approvals.decide(only(flushing).id(), Verdict.APPROVED);
            flushing.worker.flushOnce(Duration.ZERO);
            assertThat(left()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sweep_withdrawsNoDropAndNoTruncate_unlessEveryDocumentHasARow(boolean dropped) throws Exception {
        documents(100);
        try (Flushing flushing = flushing(Config.OnTruncate.HOLD)) {
            flushing.flush(Items.event(3, new Change.Truncate(Items.TABLE, dropped)));
            String held = only(flushing).id();
            for (int found : new int[] {99, 10}) { // within the limit, and not
                flushing.rows.byId.clear();
                rows(flushing, found);
                sweep(flushing);
                assertThat(left()).hasSize(100);
                assertThat(only(flushing).id()).isEqualTo(held);
            }
        }
        try (Flushing again = flushing(Config.OnTruncate.HOLD)) {
            rows(again, 100);
            sweep(again);
            assertThat(again.approvals.all()).isEmpty();
            assertThat(left()).hasSize(100);
        }
    }
}
