package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.collection.Targets;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.MovedRows;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.Items;
import dev.tidemark.resync.CatalogFile;
import dev.tidemark.resync.CatalogWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of what the watch of the catalog records: a crash between two steps only finds the same again. */
class CatalogWatchTest {

    /** A catalog whose fact is a number: an odd one has moved rows. */
    private static final class Catalog extends GoldenConnector {
        private int fact = 2;

        @Override
        public Map<TableId, Map<String, String>> catalogFacts() {
            return Map.of(Items.TABLE, Map.of("fact", String.valueOf(fact)));
        }

        @Override
        public Optional<MovedRows> movedRows(TableId table, Map<String, String> before, Map<String, String> now) {
            return fact % 2 == 0
                    ? Optional.empty()
                    : Optional.of(new MovedRows(DoubtReason.PARTITION, before + " became " + now));
        }
    }

    private final Catalog catalog = new Catalog();
    private final List<String> raised = new ArrayList<>();
    private final Path state;
    private boolean full;

    CatalogWatchTest(@TempDir Path state) {
        this.state = state;
    }

    /** Looks once, as a new process does. */
    private void look() throws IOException {
        new CatalogWatch(
                        catalog,
                        new Targets(List.of(Items.target("items")), List.of()),
                        CatalogFile.open(state),
                        (table, reason, evidence) -> {
                            if (full) {
                                throw new IOException("no space left");
                            }
                            raised.add(table + " " + reason + " " + evidence);
                        })
                .look();
    }

    @Test
    void movedRows_areADoubt_once_andAgainIfItCouldNotBeRecorded() throws Exception {
        look(); // there is nothing to compare with
        catalog.fact = 4;
        look();
        assertThat(raised).isEmpty();
        catalog.fact = 5;
        full = true;
        assertThatThrownBy(this::look).hasMessage("no space left");
        full = false;
        look();
        look();
        assertThat(raised).containsExactly("public.items PARTITION {fact=4} became {fact=5}");
    }

    @Test
    void factsOfALoadedTable_replaceThoseBefore() throws Exception {
        look();
        catalog.fact = 3;
        CatalogFile.open(state).begin(catalog.catalogFacts(), Set.of());
        look();
        assertThat(raised)
                .as("what is recorded counts until all rows are loaded")
                .hasSize(1);
        catalog.fact = 7;
        CatalogFile.open(state).begin(catalog.catalogFacts(), Set.of(Items.TABLE));
        look();
        assertThat(raised).hasSize(1);
    }
}
