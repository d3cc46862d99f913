package dev.tidemark.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableIdentitiesTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final Path state;

    TableIdentitiesTest(@TempDir Path state) {
        this.state = state;
    }

    private static ExchangedTable exchanged(String... reload) {
        return new ExchangedTable("public.reviews", "2", NOON.toString(), "another one", List.of(reload));
    }

    @Test
    void exchangedTable_outlivesTheProcess_andEndsWithTheLoadsThatBeganAfterIt() throws Exception {
        TableIdentities first = TableIdentities.open(state);
        first.adopt(Map.of("public.reviews", "1"));
        first.adopt(Map.of("public.reviews", "9", "public.products", "7"));
        assertThat(first.of("public.reviews")).as("what is known stays").contains("1");
        first.exchanged(exchanged("public.products", "public.reviews"));

        TableIdentities again = TableIdentities.open(state);
        assertThat(again.exchanged()).hasSize(1);
        again.reloaded("public.reviews", NOON.minusSeconds(1));
        again.reloaded("public.products", NOON.plusSeconds(1));
        assertThat(again.exchanged()).extracting(ExchangedTable::reload).containsExactly(List.of("public.reviews"));
        again.reloaded("public.reviews", NOON.plusSeconds(2));
        assertThat(again.exchanged()).isEmpty();
        assertThat(TableIdentities.open(state).of("public.reviews")).contains("2");
    }

    @Test
    void loadOfAllTables_forgetsEverything() throws Exception {
        TableIdentities identities = TableIdentities.open(state);
        identities.adopt(Map.of("public.reviews", "1"));
        identities.exchanged(exchanged("public.reviews"));
        identities.clear();
        assertThat(TableIdentities.open(state).exchanged()).isEmpty();
        assertThat(TableIdentities.open(state).of("public.reviews")).isEmpty();
    }
}
