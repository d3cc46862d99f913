package dev.tidemark.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.state.DamagedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectionIdentitiesTest {

    private static final CollectionIdentity TEN = new CollectionIdentity(List.of(5L), 10);
    private final Path state;

    CollectionIdentitiesTest(@TempDir Path state) {
        this.state = state;
    }

    private static CollectionDoubt doubt(long number, String... tables) {
        return new CollectionDoubt("products", number, "now", "ten", "none", List.of(tables), true);
    }

    @Test
    void doubt_outlivesTheProcess_andEndsWithTheLastTableThatIsReadAgain() throws IOException {
        CollectionIdentities identities = CollectionIdentities.open(state);
        identities.begin(Map.of("products", TEN), Map.of("shelf", "products"), Set.of());
        identities.raise(doubt(1, "public.eu", "public.us"), new CollectionIdentity(List.of(9L), 0));
        CollectionIdentities again = CollectionIdentities.open(state);
        assertThat(again.doubts()).containsExactly(doubt(1, "public.eu", "public.us"));
        assertThat(again.target("shelf")).isEqualTo("products");
        assertThat(again.of("products"))
                .hasValueSatisfying(now -> assertThat(now.knows(9)).isTrue());
        again.begin(Map.of("products", TEN), Map.of(), Set.of());
        assertThat(again.reloaded("products", 1, "public.us")).isFalse();
        again.raise(doubt(2, "public.eu", "public.us"), TEN);
        assertThat(again.reloaded("products", 1, "public.eu"))
                .as("it began before the newest doubt")
                .isFalse();
        assertThat(again.reloaded("products", 2, "public.eu")).isFalse();
        assertThat(CollectionIdentities.open(state).doubts()).containsExactly(doubt(2, "public.us"));
        assertThat(again.reloaded("products", 2, "public.us")).isTrue();
        assertThat(CollectionIdentities.open(state).doubts()).isEmpty();
    }

    @Test
    void loadOfAllTables_endsDoubts_andOtherCollectionsAreForgotten() throws IOException {
        CollectionIdentities identities = CollectionIdentities.open(state);
        identities.begin(Map.of("products", TEN, "old", TEN), Map.of(), Set.of());
        identities.raise(doubt(1, "public.eu"), TEN);
        identities.begin(Map.of("products", TEN), Map.of(), Set.of("products"));
        assertThat(identities.doubts()).isEmpty();
        assertThat(CollectionIdentities.open(state).of("old")).isEmpty();
    }

    @Test
    void fileOfALaterVersion_isRead_andADamagedOneIsNot() throws IOException {
        CollectionIdentities identities = CollectionIdentities.open(state);
        assertThat(identities.of("products")).isEmpty();
        identities.begin(Map.of("products", TEN), Map.of(), Set.of());
        Path file = state.resolve("collection-identities.json");
        Files.writeString(file, Files.readString(file).replace("10", "11"));
        assertThatThrownBy(() -> CollectionIdentities.open(state)).isInstanceOf(DamagedFileException.class);
    }
}
