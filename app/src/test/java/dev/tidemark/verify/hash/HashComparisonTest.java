package dev.tidemark.verify.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashComparisonTest {

    private final Path directory;

    HashComparisonTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private List<String> suspects(Map<String, Long> rows, Map<String, Long> documents, int parts, int max)
            throws Exception {
        List<String> suspects = new ArrayList<>();
        try (HashFiles left = new HashFiles(directory, "rows", parts);
                HashFiles right = new HashFiles(directory, "documents", parts)) {
            add(left, rows);
            add(right, documents);
            HashComparison comparison = new HashComparison(left, right, parts, max);
            for (int part = 0; part < parts; part++) {
                for (long pass = 0; pass < comparison.passes(part); pass++) {
                    comparison.compare(part, pass, each -> suspects.add(each.text()));
                }
            }
        }
        return suspects;
    }

    private static void add(HashFiles files, Map<String, Long> all) throws Exception {
        for (Map.Entry<String, Long> each : all.entrySet()) {
            files.add(HashFiles.hash("goods", each.getKey()), each.getValue(), 0, each.getKey());
        }
        files.finish();
        assertThat(files.count()).isEqualTo(all.size());
    }

    @Test
    void compare_findsExactlyWhatDiffers_inAnyNumberOfPartsAndPasses() throws Exception {
        Random random = new Random(55);
        for (int round = 0; round < 20; round++) {
            Map<String, Long> rows = new HashMap<>();
            Map<String, Long> documents = new HashMap<>();
            TreeSet<String> expected = new TreeSet<>();
            for (int i = 0; i < 3_000; i++) {
                String id = Long.toString(random.nextLong(), 36);
                long content = random.nextLong() | 1;
                int fate = random.nextInt(100);
                if (fate != 0) {
                    rows.put(id, fate == 1 ? Content.NONE : content);
                }
                if (fate != 2) {
                    documents.put(id, fate == 3 ? content + 2 : fate == 1 ? Content.NONE : content);
                }
                if (fate < 4) {
                    expected.add(id);
                }
            }
            List<String> suspects = suspects(rows, documents, 1 + random.nextInt(40), 1 + random.nextInt(200));
            assertThat(suspects).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void rowsWithOneId_areEqual_ifTheDocumentIsOneOfThem() throws Exception {
        try (HashFiles rows = new HashFiles(directory, "rows", 1);
                HashFiles documents = new HashFiles(directory, "documents", 1)) {
            for (long content = 5; content < 8; content++) {
                rows.add(HashFiles.hash("goods", "a"), content, 0, "a");
                rows.add(HashFiles.hash("goods", "b"), content, 0, "b");
            }
            documents.add(HashFiles.hash("goods", "a"), 6, 0, "a");
            documents.add(HashFiles.hash("goods", "b"), 9, 0, "b");
            rows.finish();
            documents.finish();
            List<String> suspects = new ArrayList<>();
            new HashComparison(rows, documents, 1, 100).compare(0, 0, each -> suspects.add(each.text()));
            assertThat(suspects).containsExactly("b");
        }
    }
}
