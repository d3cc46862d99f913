package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.SuspectFile;
import dev.tidemark.identity.CollectionIdentities;
import dev.tidemark.identity.HistoryFile;
import dev.tidemark.identity.TableIdentities;
import dev.tidemark.load.LoadFile;
import dev.tidemark.startup.Startup;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.PauseMark;
import dev.tidemark.state.TableStates;
import dev.tidemark.state.WrittenCollections;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * State that the version before the fingerprints of {@code v2} wrote, {@code golden/state-v1}, is read by this version, and a start
 * streams on from it.
 */
class OldStateTest {

    private static final Path STATE = Path.of("src/test/resources/golden/state-v1");

    private final Path directory;
    private Config config;

    OldStateTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void copy() throws Exception {
        config = GoldenShop.config(directory);
        GoldenState.copy(STATE, config.state());
    }

    private boolean streamsOn(GoldenState state) throws Exception {
        Startup.Prepared prepared = state.prepare();
        assertThat(OffsetFile.open(config.state()).offset()).isPresent();
        return prepared.fromStart().isEmpty() && prepared.continued().isEmpty();
    }

    @Test
    void start_streamsOn_andAltersNothing() throws Exception {
        GoldenState state = new GoldenState(config);
        state.collections();
        assertThat(streamsOn(state)).as("nothing is loaded").isTrue();
        assertThat(state.sink.altered).isEmpty();
        assertThat(TableStates.open(config.state()).completions().values()).doesNotContain("");
    }

    @ParameterizedTest
    @CsvSource({
        "'[shop, sku]', '[sku, shop]'",
        "'row.price > 0', 'row.price > 1'",
        "'softDelete: deleted_at', 'softDelete: name'",
        "'title: name', 'title: sku'",
        "'place: { lat: latitude, lon: longitude }', 'place: { lat: longitude, lon: latitude }'",
        "'row.price * 2.0', 'row.price * 3.0'",
        "'attributes.color: { type: string', 'attributes.color: { type: bool'",
        "'max: 200', 'max: 201'",
        "'onInvalid: skip', 'onInvalid: stop'",
        "'\"eu:\"', '\"eur:\"'",
        "'row.code\"', 'row.name\"'",
        "'row.tenant', 'string(row.id)'",
        "'c.name AS customer', 'c.city AS customer'",
        "':order_id', ':id'",
        "'customer_id = :id', 'customer_id = :customer'",
        "'public.cart_documents', 'public.all_carts'",
    })
    void start_loads_whenTheMappingChanged(String text, String replacement) throws Exception {
        config = GoldenShop.config(directory, text, replacement);
        GoldenState state = new GoldenState(config);
        state.collections();
        assertThat(streamsOn(state)).isFalse();
    }

    @Test
    void nextStore_replacesTheFingerprints() throws Exception {
        Path tables = config.state().resolve("tables.json");
        GoldenState state = new GoldenState(config);
        state.collections();
        state.start();
        assertThat(Files.readString(tables))
                .contains("public.items -> goods by")
                .doesNotContain("v2 table=");
        state.storeStates();
        assertThat(Files.readString(tables))
                .doesNotContain("public.items -> goods by", "public.tenant_items -> `")
                .contains("v2 table=");
        assertThat(streamsOn(state)).isTrue();
        assertThat(TableStates.open(config.state()).completions().values()).doesNotContain("");
    }

    @Test
    void eachFile_isRead() throws Exception {
        Path state = config.state();
        assertThat(OffsetFile.open(state).offset().orElseThrow()).containsEntry("lsn", 26_711_048L);
        assertThat(DynamicCollectionFile.open(state).wasMade("public.tenant_items:none", "tenant_blue"))
                .isTrue();
        assertThat(WrittenCollections.open(state).contains("shared")).isTrue();
        assertThat(CollectionIdentities.open(state).of("goods").orElseThrow().documents())
                .isEqualTo(100);
        assertThat(TableIdentities.open(state).of("public.items")).contains("16385");
        assertThat(new PauseMark(state).since()).contains(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(new LoadFile(state, OffsetFile.open(state)::position).read())
                .as("they are not known to rely on the position that is stored")
                .extracting(each -> each.table() + " " + each.rows() + " " + each.cause())
                .containsExactly("public.items 0 REQUESTED", "public.kinds 0 AUTOMATIC");
        Approvals approvals = Approvals.open(state);
        assertThat(approvals.all())
                .extracting(each -> each.id() + " " + each.verdict())
                .containsExactly("history-1 APPROVED", "row-not-found-2 null", "row-not-found-3 null");
        DeleteGuard.open(config.guard(), approvals, state, new SuspectFile(state));
        assertThat(approvals.all()).as("lists are there").hasSize(3);
        HistoryFile.open(state);
        try (DeadLetters deadLetters = DeadLetters.open(state.resolve("dead-letters"), 1 << 20)) {
            assertThat(deadLetters.pendingByCollection())
                    .isEqualTo(Map.of("goods", 1L, "public.tenant_items:none", 1L));
            assertThat(List.of(deadLetters.isPending("goods", "4711"), deadLetters.isPending("goods", "4712")))
                    .containsExactly(true, false);
        }
    }
}
