package dev.tidemark.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterNamesTest {

    private static final String LONG = "long".repeat(500);

    private static final List<String> ODD = List.of(
            "",
            ".",
            "..",
            "../../etc/passwd",
            "/",
            "\\",
            "a/b",
            "a%2Fb",
            "%",
            "~",
            " ",
            "products",
            "Products",
            "PRODUCTS",
            "products.jsonl",
            "products.jsonl.tmp",
            "quo\"te",
            "li\nne",
            "nul\0",
            "größe",
            "商品",
            "😀",
            LONG,
            LONG + "1",
            LONG + "2",
            "ü".repeat(90),
            "*?<>|:");

    private final Path state;

    DeadLetterNamesTest(@TempDir Path state) {
        this.state = state;
    }

    @Test
    void anyCollectionName_hasItsOwnFileInsideTheFolder() throws Exception {
        Path directory = state.resolve(DeadLetters.DIRECTORY);
        List<DeadLetter> all = new ArrayList<>();
        for (String collection : ODD) {
            all.add(Letters.of(collection, "1", 1, "{}"));
        }
        try (DeadLetters deadLetters = DeadLetters.open(directory, 1 << 20)) {
            assertThat(deadLetters.append(all)).isEqualTo(ODD.size());
        }
        try (DeadLetters deadLetters = DeadLetters.open(directory, 1 << 20)) {
            assertThat(deadLetters.pendingByCollection()).containsOnlyKeys(ODD);
            assertThat(deadLetters.append(all)).isZero();
        }
        assertThat(Letters.read(directory)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(directory.toFile().list()).hasSize(ODD.size());
        assertThat(state.toFile().list()).containsExactly(DeadLetters.DIRECTORY);
    }

    @Test
    void fileNames_differ_alsoWhereCapitalsAreNotToldApart() {
        Set<String> names = new HashSet<>();
        for (String collection : ODD) {
            String name = DeadLetterFileName.of(collection);
            assertThat(name).matches("[A-Za-z0-9_%~-]{1,220}\\.jsonl");
            assertThat(names.add(name.toLowerCase(Locale.ROOT))).as(name).isTrue();
        }
        assertThat(DeadLetterFileName.of("order_items-2")).isEqualTo("order_items-2.jsonl");
    }

    @Test
    void anyId_comesBackAsItWas() throws Exception {
        List<String> ids = List.of(
                "a\nb",
                "a\r\nb",
                "quo\"te",
                "back\\slash",
                "größe",
                "商品",
                "😀",
                " ",
                "\u2028",
                "\t",
                "{\"settled\":[\"1\"]}",
                "settled",
                "null",
                LONG);
        List<DeadLetter> all = new ArrayList<>();
        for (String id : ids) {
            all.add(Letters.of("products", id, 1, "line\nbreak \"" + id));
        }
        try (DeadLetters deadLetters = DeadLetters.open(state, 1 << 20)) {
            deadLetters.append(all);
        }
        assertThat(Letters.read(state)).isEqualTo(all);
        try (DeadLetters deadLetters = DeadLetters.open(state, 1 << 20)) {
            assertThat(ids).allMatch(id -> deadLetters.isPending("products", id));
            deadLetters.resolve("products", ids);
        }
        assertThat(Letters.read(state)).isEmpty();
    }

    @Test
    void aCutSurrogatePair_doesNotStopTheWrite() throws Exception {
        try (DeadLetters deadLetters = DeadLetters.open(state, 1 << 20)) {
            deadLetters.append(List.of(Letters.of("products", "1", 1, "cut: \ud83d")));
        }
        assertThat(Letters.read(state)).extracting(DeadLetter::document).containsExactly("cut: ?");
    }

    @Test
    void aDocumentPastJacksonsDefaultBound_comesBack() throws Exception {
        DeadLetter big = Letters.of("products", "1", 1, "x".repeat(21_000_000));
        try (DeadLetters deadLetters = DeadLetters.open(state, 1 << 30)) {
            deadLetters.append(List.of(big, Letters.of("products", "2", 2)));
        }
        assertThat(Letters.ids(state)).containsExactly("1", "2");
    }
}
