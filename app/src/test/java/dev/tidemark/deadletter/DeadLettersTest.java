package dev.tidemark.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {

    private static final long PLENTY = 1L << 30;

    private final Path state;

    DeadLettersTest(@TempDir Path state) {
        this.state = state;
    }

    private Path folder() {
        return state.resolve("deep").resolve(DeadLetters.FOLDER);
    }

    private DeadLetters open() throws Exception {
        return DeadLetters.open(folder(), PLENTY);
    }

    @Test
    void append_isThereAfterReopen() throws Exception {
        DeadLetter letter = Letters.of("products", "1", 7);
        try (DeadLetters letters = open()) {
            assertThat(letters.append(List.of(letter))).isEqualTo(1);
            assertThat(letters.isPending("products", "1")).isTrue();
        }
        assertThat(Letters.read(folder())).containsExactly(letter);
        try (DeadLetters letters = open()) {
            assertThat(letters.pendingByCollection()).isEqualTo(Map.of("products", 1L));
            assertThat(letters.isPending("products", "1")).isTrue();
            assertThat(letters.isPending("products", "2")).isFalse();
            assertThat(letters.hasPending("other")).isFalse();
            assertThat(letters.pending("other")).isZero();
        }
    }

    @Test
    void append_countsNothingTwice_whenReplayed() throws Exception {
        List<DeadLetter> batch = List.of(Letters.of("products", "1", 7), Letters.of("orders", "1", 7));
        try (DeadLetters letters = open()) {
            assertThat(letters.append(batch)).isEqualTo(2);
            assertThat(letters.append(batch)).isZero();
        }
        long size = Files.size(folder().resolve("products.jsonl"));
        try (DeadLetters letters = open()) {
            assertThat(letters.append(batch)).isZero();
            assertThat(letters.pendingByCollection()).isEqualTo(Map.of("products", 1L, "orders", 1L));
        }
        assertThat(Files.size(folder().resolve("products.jsonl"))).isEqualTo(size);
    }

    @Test
    void append_newerPositionReplaces_olderDoesNot() throws Exception {
        try (DeadLetters letters = open()) {
            letters.append(List.of(Letters.of("products", "1", 5)));
            assertThat(letters.append(List.of(Letters.of("products", "1", 9)))).isEqualTo(1);
            assertThat(letters.append(List.of(Letters.of("products", "1", 5)))).isZero();
            assertThat(letters.pending("products")).isEqualTo(1);
        }
        assertThat(Letters.read(folder())).containsExactly(Letters.of("products", "1", 9));
    }

    @Test
    void append_countsNothingTwice_withinOneBatch() throws Exception {
        try (DeadLetters letters = open()) {
            DeadLetter letter = Letters.of("products", "1", 5);
            assertThat(letters.append(List.of(letter, letter, Letters.of("products", "1", 4))))
                    .isEqualTo(1);
        }
        assertThat(Letters.read(folder())).hasSize(1);
    }

    @Test
    void append_keepsRowsWithoutIdApart() throws Exception {
        List<DeadLetter> rows = List.of(
                Letters.withoutId("id=1", 5, "{}"),
                Letters.withoutId("id=2", 5, "{}"),
                Letters.withoutId("", 5, "{\"a\":1}"),
                Letters.withoutId("", 5, "{\"a\":2}"));
        try (DeadLetters letters = open()) {
            assertThat(letters.append(rows)).isEqualTo(4);
            assertThat(letters.append(rows)).isZero();
            letters.settle("products", List.of("", "1"));
            assertThat(letters.pending("products")).isEqualTo(4);
            assertThat(letters.isPending("products", "")).isFalse();
        }
        assertThat(Letters.read(folder())).isEqualTo(rows);
    }

    @Test
    void append_refusesBeforeWriting_whenFull() throws Exception {
        DeadLetter letter = Letters.of("products", "1", 5);
        int size = LetterJson.line(letter).length;
        try (DeadLetters letters = DeadLetters.open(folder(), size)) {
            letters.append(List.of(letter));
            assertThatThrownBy(() -> letters.append(List.of(Letters.of("orders", "1", 6), letter)))
                    .isInstanceOf(DeadLettersFullException.class)
                    .hasMessageContaining(folder().toString())
                    .hasMessageContaining("deadLetters.bytes = " + size);
            assertThat(letters.append(List.of(letter)))
                    .as("a replay needs no room")
                    .isZero();
            assertThat(letters.pendingByCollection()).isEqualTo(Map.of("products", 1L));
        }
        assertThat(folder().resolve("orders.jsonl")).doesNotExist();
    }

    @Test
    void append_clearsSettledLinesAway_whenRoomIsNeeded() throws Exception {
        DeadLetter letter = Letters.of("products", "1", 5);
        try (DeadLetters letters = DeadLetters.open(folder(), LetterJson.line(letter).length)) {
            letters.append(List.of(letter));
            letters.settle("products", List.of("1"));
            assertThat(letters.append(List.of(Letters.of("products", "2", 6)))).isEqualTo(1);
        }
        assertThat(Letters.ids(folder())).containsExactly("2");
    }

    @Test
    void settle_takesOffOnlyTheseIds() throws Exception {
        try (DeadLetters letters = open()) {
            letters.append(List.of(
                    Letters.of("products", "1", 5), Letters.of("products", "2", 6), Letters.of("orders", "1", 7)));
            letters.settle("products", List.of("1", "3", "1"));
            letters.settle("unknown", List.of("1"));
            assertThat(letters.pendingByCollection()).isEqualTo(Map.of("products", 1L, "orders", 1L));
        }
        try (DeadLetters letters = open()) {
            assertThat(letters.isPending("products", "1")).isFalse();
            assertThat(letters.isPending("products", "2")).isTrue();
            assertThat(letters.isPending("orders", "1")).isTrue();
        }
    }

    @Test
    void settle_thenRefusedAgain_isPendingAgain() throws Exception {
        try (DeadLetters letters = open()) {
            letters.append(List.of(Letters.of("products", "1", 5)));
            letters.settle("products", List.of("1"));
            assertThat(letters.append(List.of(Letters.of("products", "1", 5)))).isEqualTo(1);
        }
        try (DeadLetters letters = open()) {
            assertThat(letters.isPending("products", "1")).isTrue();
        }
    }

    @Test
    void settle_leavesTheDiskAlone_whenNothingIsPending() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int id = 0; id < 10_000; id++) {
            ids.add("other-" + id);
        }
        try (DeadLetters letters = open()) {
            letters.append(List.of(Letters.of("products", "1", 5)));
            long size = Files.size(folder().resolve("products.jsonl"));
            letters.settle("products", ids);
            letters.settle("orders", ids);
            assertThat(Files.size(folder().resolve("products.jsonl"))).isEqualTo(size);
        }
        assertThat(folder().resolve("orders.jsonl")).doesNotExist();
    }

    @Test
    void settle_everything_leavesNoFileAfterReopen() throws Exception {
        try (DeadLetters letters = open()) {
            letters.append(List.of(Letters.of("products", "1", 5)));
            letters.settle("products", List.of("1"));
            assertThat(letters.pendingByCollection()).isEqualTo(Map.of("products", 0L));
        }
        try (DeadLetters letters = open()) {
            assertThat(letters.pendingByCollection()).isEmpty();
        }
        assertThat(folder()).isEmptyDirectory();
    }

    @Test
    void compaction_keepsWhatIsPending_andGoesOn() throws Exception {
        String document = "x".repeat(1000);
        try (DeadLetters letters = open()) {
            for (int id = 0; id < 200; id++) {
                letters.append(List.of(Letters.of("products", "id-" + id, id, document)));
            }
            for (int id = 0; id < 200; id++) {
                if (id % 10 != 0) {
                    letters.settle("products", List.of("id-" + id));
                }
            }
            assertThat(Files.size(folder().resolve("products.jsonl"))).isLessThan(100_000);
            letters.append(List.of(Letters.of("products", "last", 500, document)));
            letters.settle("products", List.of("id-0"));
            assertThat(letters.pending("products")).isEqualTo(20);
        }
        List<String> expected = new ArrayList<>();
        for (int id = 10; id < 200; id += 10) {
            expected.add("id-" + id);
        }
        expected.add("last");
        assertThat(Letters.ids(folder())).isEqualTo(expected);
        open().close();
        assertThat(Letters.ids(folder())).isEqualTo(expected);
    }

    @Test
    void compaction_atOpen_clearsSupersededLinesAndWhatACrashLeft() throws Exception {
        try (DeadLetters letters = open()) {
            for (int position = 0; position < 10; position++) {
                letters.append(List.of(Letters.of("products", "1", position)));
            }
        }
        Files.writeString(folder().resolve("products.jsonl.tmp"), "half a line");
        open().close();
        assertThat(folder()).isDirectoryContaining("glob:**/products.jsonl").isDirectoryNotContaining("glob:**.tmp");
        assertThat(Files.readAllLines(folder().resolve("products.jsonl"))).hasSize(1);
        assertThat(Letters.read(folder())).containsExactly(Letters.of("products", "1", 9));
    }

    @Test
    void append_isDoneInFull_whenTheThreadIsInterrupted() throws Exception {
        try (DeadLetters letters = open()) {
            letters.append(List.of(Letters.of("products", "1", 5)));
            Thread.currentThread().interrupt();
            assertThat(letters.append(List.of(Letters.of("products", "2", 6)))).isEqualTo(1);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(letters.append(List.of(Letters.of("products", "3", 7)))).isEqualTo(1);
        }
        assertThat(Letters.ids(folder())).containsExactly("1", "2", "3");
    }

    @Test
    void open_holdsManyEntries_withoutTheirDocuments() throws Exception {
        int entries = 200_000;
        String document = "x".repeat(500);
        try (DeadLetters letters = open()) {
            List<DeadLetter> batch = new ArrayList<>();
            for (int id = 0; id < entries; id++) {
                batch.add(Letters.of("products", "id-" + id, id, document));
                if (batch.size() == 10_000) {
                    letters.append(batch);
                    batch.clear();
                }
            }
        }
        long before = usedHeap();
        try (DeadLetters letters = open()) {
            assertThat(letters.pending("products")).isEqualTo(entries);
            assertThat(usedHeap() - before)
                    .as("bytes held for %s entries", entries)
                    .isLessThan(entries * 300L);
            assertThat(letters.isPending("products", "id-199999")).isTrue();
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void settleAll_withAPrefix_leavesTheOthers() throws Exception {
        try (DeadLetters letters = DeadLetters.open(folder(), PLENTY)) {
            letters.append(List.of(
                    Letters.of("shops", "eu:1", 1), Letters.of("shops", "eu:2", 2), Letters.of("shops", "us:1", 3)));
            letters.settleAll("shops", "public.shops_eu", "eu:");
            assertThat(letters.pending("shops")).isEqualTo(1);
            assertThat(letters.isPending("shops", "us:1")).isTrue();
        }
    }

    @Test
    void rowsWithoutAnId_ofTwoTablesInOneCollection_areToldApart() throws Exception {
        DeadLetter eu = Letters.withoutId("shops", "public.shops_eu", "5", 1);
        DeadLetter us = Letters.withoutId("shops", "public.shops_us", "5", 2);
        try (DeadLetters letters = DeadLetters.open(folder(), PLENTY)) {
            letters.append(List.of(eu, us));
            assertThat(letters.pending("shops")).isEqualTo(2);
            letters.settleKeys("shops", "public.shops_eu", List.of("5"));
            assertThat(Letters.read(folder())).containsExactly(us);
            letters.append(List.of(eu));
            letters.settleAll("shops", "public.shops_us", "us:");
            assertThat(Letters.read(folder())).containsExactly(eu);
        }
    }
}
