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

    private Path directory() {
        return state.resolve("deep").resolve(DeadLetters.DIRECTORY);
    }

    private DeadLetters open() throws Exception {
        return DeadLetters.open(directory(), PLENTY);
    }

    @Test
    void append_isThereAfterReopen() throws Exception {
        DeadLetter deadLetter = Letters.of("products", "1", 7);
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.append(List.of(deadLetter))).isEqualTo(1);
            assertThat(deadLetters.isPending("products", "1")).isTrue();
        }
        assertThat(Letters.read(directory())).containsExactly(deadLetter);
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.pendingByCollection()).isEqualTo(Map.of("products", 1L));
            assertThat(deadLetters.isPending("products", "1")).isTrue();
            assertThat(deadLetters.isPending("products", "2")).isFalse();
            assertThat(deadLetters.hasPending("other")).isFalse();
            assertThat(deadLetters.pending("other")).isZero();
        }
    }

    @Test
    void append_countsNothingTwice_whenReplayed() throws Exception {
        List<DeadLetter> batch = List.of(Letters.of("products", "1", 7), Letters.of("orders", "1", 7));
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.append(batch)).isEqualTo(2);
            assertThat(deadLetters.append(batch)).isZero();
        }
        long size = Files.size(directory().resolve("products.jsonl"));
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.append(batch)).isZero();
            assertThat(deadLetters.pendingByCollection()).isEqualTo(Map.of("products", 1L, "orders", 1L));
        }
        assertThat(Files.size(directory().resolve("products.jsonl"))).isEqualTo(size);
    }

    @Test
    void append_newerPositionReplaces_olderDoesNot() throws Exception {
        try (DeadLetters deadLetters = open()) {
            deadLetters.append(List.of(Letters.of("products", "1", 5)));
            assertThat(deadLetters.append(List.of(Letters.of("products", "1", 9))))
                    .isEqualTo(1);
            assertThat(deadLetters.append(List.of(Letters.of("products", "1", 5))))
                    .isZero();
            assertThat(deadLetters.pending("products")).isEqualTo(1);
        }
        assertThat(Letters.read(directory())).containsExactly(Letters.of("products", "1", 9));
    }

    @Test
    void append_countsNothingTwice_withinOneBatch() throws Exception {
        try (DeadLetters deadLetters = open()) {
            DeadLetter deadLetter = Letters.of("products", "1", 5);
            assertThat(deadLetters.append(List.of(deadLetter, deadLetter, Letters.of("products", "1", 4))))
                    .isEqualTo(1);
        }
        assertThat(Letters.read(directory())).hasSize(1);
    }

    @Test
    void append_keepsRowsWithoutIdApart() throws Exception {
        List<DeadLetter> rows = List.of(
                Letters.withoutId("id=1", 5, "{}"),
                Letters.withoutId("id=2", 5, "{}"),
                Letters.withoutId("", 5, "{\"a\":1}"),
                Letters.withoutId("", 5, "{\"a\":2}"));
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.append(rows)).isEqualTo(4);
            assertThat(deadLetters.append(rows)).isZero();
            deadLetters.resolve("products", List.of("", "1"));
            assertThat(deadLetters.pending("products")).isEqualTo(4);
            assertThat(deadLetters.isPending("products", "")).isFalse();
        }
        assertThat(Letters.read(directory())).isEqualTo(rows);
    }

    @Test
    void append_refusesBeforeWriting_whenFull() throws Exception {
        DeadLetter deadLetter = Letters.of("products", "1", 5);
        int size = DeadLetterJson.line(deadLetter).length;
        try (DeadLetters deadLetters = DeadLetters.open(directory(), size)) {
            deadLetters.append(List.of(deadLetter));
            assertThatThrownBy(() -> deadLetters.append(List.of(Letters.of("orders", "1", 6), deadLetter)))
                    .isInstanceOf(DeadLettersFullException.class)
                    .hasMessageContaining(directory().toString())
                    .hasMessageContaining("deadLetters.bytes = " + size);
            assertThat(deadLetters.append(List.of(deadLetter)))
                    .as("a replay needs no room")
                    .isZero();
            assertThat(deadLetters.pendingByCollection()).isEqualTo(Map.of("products", 1L));
        }
        assertThat(directory().resolve("orders.jsonl")).doesNotExist();
    }

    @Test
    void append_clearsSettledLinesAway_whenRoomIsNeeded() throws Exception {
        DeadLetter deadLetter = Letters.of("products", "1", 5);
        try (DeadLetters deadLetters = DeadLetters.open(directory(), DeadLetterJson.line(deadLetter).length)) {
            deadLetters.append(List.of(deadLetter));
            deadLetters.resolve("products", List.of("1"));
            assertThat(deadLetters.append(List.of(Letters.of("products", "2", 6))))
                    .isEqualTo(1);
        }
        assertThat(Letters.ids(directory())).containsExactly("2");
    }

    @Test
    void settle_takesOffOnlyTheseIds() throws Exception {
        try (DeadLetters deadLetters = open()) {
            deadLetters.append(List.of(
                    Letters.of("products", "1", 5), Letters.of("products", "2", 6), Letters.of("orders", "1", 7)));
            deadLetters.resolve("products", List.of("1", "3", "1"));
            deadLetters.resolve("unknown", List.of("1"));
            assertThat(deadLetters.pendingByCollection()).isEqualTo(Map.of("products", 1L, "orders", 1L));
        }
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.isPending("products", "1")).isFalse();
            assertThat(deadLetters.isPending("products", "2")).isTrue();
            assertThat(deadLetters.isPending("orders", "1")).isTrue();
        }
    }

    @Test
    void settle_thenRefusedAgain_isPendingAgain() throws Exception {
        try (DeadLetters deadLetters = open()) {
            deadLetters.append(List.of(Letters.of("products", "1", 5)));
            deadLetters.resolve("products", List.of("1"));
            assertThat(deadLetters.append(List.of(Letters.of("products", "1", 5))))
                    .isEqualTo(1);
        }
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.isPending("products", "1")).isTrue();
        }
    }

    @Test
    void settle_leavesTheDiskAlone_whenNothingIsPending() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int id = 0; id < 10_000; id++) {
            ids.add("other-" + id);
        }
        try (DeadLetters deadLetters = open()) {
            deadLetters.append(List.of(Letters.of("products", "1", 5)));
            long size = Files.size(directory().resolve("products.jsonl"));
            deadLetters.resolve("products", ids);
            deadLetters.resolve("orders", ids);
            assertThat(Files.size(directory().resolve("products.jsonl"))).isEqualTo(size);
        }
        assertThat(directory().resolve("orders.jsonl")).doesNotExist();
    }

    @Test
    void settle_everything_leavesNoFileAfterReopen() throws Exception {
        try (DeadLetters deadLetters = open()) {
            deadLetters.append(List.of(Letters.of("products", "1", 5)));
            deadLetters.resolve("products", List.of("1"));
            assertThat(deadLetters.pendingByCollection()).isEqualTo(Map.of("products", 0L));
        }
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.pendingByCollection()).isEmpty();
        }
        assertThat(directory()).isEmptyDirectory();
    }

    @Test
    void compaction_keepsWhatIsPending_andGoesOn() throws Exception {
        String document = "x".repeat(1000);
        try (DeadLetters deadLetters = open()) {
            for (int id = 0; id < 200; id++) {
                deadLetters.append(List.of(Letters.of("products", "id-" + id, id, document)));
            }
            for (int id = 0; id < 200; id++) {
                if (id % 10 != 0) {
                    deadLetters.resolve("products", List.of("id-" + id));
                }
            }
            assertThat(Files.size(directory().resolve("products.jsonl"))).isLessThan(100_000);
            deadLetters.append(List.of(Letters.of("products", "last", 500, document)));
            deadLetters.resolve("products", List.of("id-0"));
            assertThat(deadLetters.pending("products")).isEqualTo(20);
        }
        List<String> expected = new ArrayList<>();
        for (int id = 10; id < 200; id += 10) {
            expected.add("id-" + id);
        }
        expected.add("last");
        assertThat(Letters.ids(directory())).isEqualTo(expected);
        open().close();
        assertThat(Letters.ids(directory())).isEqualTo(expected);
    }

    @Test
    void compaction_atOpen_clearsSupersededLinesAndWhatACrashLeft() throws Exception {
        try (DeadLetters deadLetters = open()) {
            for (int position = 0; position < 10; position++) {
                deadLetters.append(List.of(Letters.of("products", "1", position)));
            }
        }
        Files.writeString(directory().resolve("products.jsonl.tmp"), "half a line");
        open().close();
        assertThat(directory()).isDirectoryContaining("glob:**/products.jsonl").isDirectoryNotContaining("glob:**.tmp");
        assertThat(Files.readAllLines(directory().resolve("products.jsonl"))).hasSize(1);
        assertThat(Letters.read(directory())).containsExactly(Letters.of("products", "1", 9));
    }

    @Test
    void append_isDoneInFull_whenTheThreadIsInterrupted() throws Exception {
        try (DeadLetters deadLetters = open()) {
            deadLetters.append(List.of(Letters.of("products", "1", 5)));
            Thread.currentThread().interrupt();
            assertThat(deadLetters.append(List.of(Letters.of("products", "2", 6))))
                    .isEqualTo(1);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(deadLetters.append(List.of(Letters.of("products", "3", 7))))
                    .isEqualTo(1);
        }
        assertThat(Letters.ids(directory())).containsExactly("1", "2", "3");
    }

    @Test
    void open_holdsManyEntries_withoutTheirDocuments() throws Exception {
        int entries = 200_000;
        String document = "x".repeat(500);
        try (DeadLetters deadLetters = open()) {
            List<DeadLetter> batch = new ArrayList<>();
            for (int id = 0; id < entries; id++) {
                batch.add(Letters.of("products", "id-" + id, id, document));
                if (batch.size() == 10_000) {
                    deadLetters.append(batch);
                    batch.clear();
                }
            }
        }
        long before = usedHeap();
        try (DeadLetters deadLetters = open()) {
            assertThat(deadLetters.pending("products")).isEqualTo(entries);
            assertThat(usedHeap() - before)
                    .as("bytes held for %s entries", entries)
                    .isLessThan(entries * 300L);
            assertThat(deadLetters.isPending("products", "id-199999")).isTrue();
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void settleAll_withAPrefix_leavesTheOthers() throws Exception {
        try (DeadLetters deadLetters = DeadLetters.open(directory(), PLENTY)) {
            deadLetters.append(List.of(
                    Letters.of("shops", "eu:1", 1), Letters.of("shops", "eu:2", 2), Letters.of("shops", "us:1", 3)));
            deadLetters.resolveAll("shops", "public.shops_eu", "eu:");
            assertThat(deadLetters.pending("shops")).isEqualTo(1);
            assertThat(deadLetters.isPending("shops", "us:1")).isTrue();
        }
    }

    @Test
    void rowsWithoutAnId_ofTwoTablesInOneCollection_areToldApart() throws Exception {
        DeadLetter eu = Letters.withoutId("shops", "public.shops_eu", "5", 1);
        DeadLetter us = Letters.withoutId("shops", "public.shops_us", "5", 2);
        try (DeadLetters deadLetters = DeadLetters.open(directory(), PLENTY)) {
            deadLetters.append(List.of(eu, us));
            assertThat(deadLetters.pending("shops")).isEqualTo(2);
            deadLetters.resolveKeys("shops", "public.shops_eu", List.of("5"));
            assertThat(Letters.read(directory())).containsExactly(us);
            deadLetters.append(List.of(eu));
            deadLetters.resolveAll("shops", "public.shops_us", "us:");
            assertThat(Letters.read(directory())).containsExactly(eu);
        }
    }
}
