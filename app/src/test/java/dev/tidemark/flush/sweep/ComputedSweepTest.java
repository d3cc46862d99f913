package dev.tidemark.flush.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Goods;
import dev.tidemark.flush.Tenants;
import dev.tidemark.ids.IdSpool;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputedSweepTest {

    private final FakeSink sink = new FakeSink();
    private final Flushing.Rows rows = new Flushing.Rows();
    private final Path directory;

    ComputedSweepTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static Target target(String id) {
        return Goods.target(null, Config.Selection.ALL, Map.of(), Config.Validation.NONE, Cel.cel(id));
    }

    /** However few hashes have room: in as many passes as it takes, all that is gone goes, and nothing else. */
    @ParameterizedTest
    @ValueSource(ints = {2, 7, 100, 100_000})
    void documentsWithoutARow_go_andNoOthers(int mostHashes) throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rows.byId.put("r" + i, Goods.row("r" + i, "n" + i, 1L, null, null));
            sink.documents(Goods.COLLECTION).put("n" + i + "-r" + i, "{}");
            sink.documents(Goods.COLLECTION).put("n" + i + "-gone", "{}");
            expected.add("n" + i + "-r" + i);
        }
        sink.documents(Goods.COLLECTION).put("other:1", "{}");
        expected.add("other:1");
        try (IdSpool gone = new IdSpool(directory.resolve("spool"), 300);
                IdSpool moved = new IdSpool(directory.resolve("moved"), 300)) {
            long documents = new ComputedSweep(rows, mostHashes)
                    .find(target("row.name + '-' + row.id"), this::own, new Sweep.Found(0, gone, moved));
            assertThat(moved.size()).isZero();
            assertThat(documents).isEqualTo(2000);
            gone.forEach(sink.documents(Goods.COLLECTION)::remove);
        }
        assertThat(sink.documents(Goods.COLLECTION).keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** A row that moved to another tenant unseen must not keep its document in the old one's collection. */
    @ParameterizedTest
    @ValueSource(ints = {4, 100_000})
    void documentsWhoseRowIsAnothers_go_asMoved(int mostHashes) throws Exception {
        for (int i = 0; i < 30; i++) {
            rows.byId.put("r" + i, Goods.row("r" + i, "n", 1L, null, "text " + i % 2));
            sink.documents(Goods.COLLECTION).put("n-r" + i, "{}");
        }
        sink.documents(Goods.COLLECTION).put("n-gone", "{}");
        List<String> lost = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try (IdSpool gone = new IdSpool(directory.resolve("spool"), 300);
                IdSpool moved = new IdSpool(directory.resolve("moved"), 300)) {
            new ComputedSweep(rows, mostHashes).find(ofTenant(), this::own, new Sweep.Found(0, gone, moved));
            gone.forEach(lost::add);
            moved.forEach(others::add);
        }
        assertThat(lost).containsExactly("n-gone");
        assertThat(others).hasSize(15).contains("n-r0", "n-r28").doesNotContain("n-r1");
    }

    private static Target ofTenant() {
        return new Target(
                DocumentBuilder.of(Goods.TABLE, "g_1")
                        .fields(Map.of("name", Goods.PLAIN))
                        .collectionBy(Cel.cel(Tenants.EXPRESSION))
                        .idBy(Cel.cel("row.name + '-' + row.id"))
                        .build()
                        .in("g_1"),
                new TableInfo(Goods.SCHEMA, List.of("id"), -1),
                new CollectionInfo("g_1", List.of(), false, null, 0),
                List.of("id", "name", "secret"),
                Goods.WRITTEN_AS);
    }

    private void own(Consumer<String> each) {
        sink.exportIds(Goods.COLLECTION, id -> {
            if (!id.startsWith("other:")) {
                each.accept(id);
            }
        });
    }

    @Test
    void whereIdsCannotBeTold_nothingIsDeleted() throws Exception {
        rows.byId.put("r", Goods.row("r", "n", 1L, null, null));
        sink.documents(Goods.COLLECTION).put("x", "{}");
        try (IdSpool gone = new IdSpool(directory.resolve("spool"), 300);
                IdSpool moved = new IdSpool(directory.resolve("moved"), 300)) {
            Sweep.Found found = new Sweep.Found(0, gone, moved);
            assertThatThrownBy(() -> new ComputedSweep(rows).find(target("row.lost"), this::own, found))
                    .isInstanceOf(SinkException.class)
                    .hasMessageContaining("cannot compute the ids");
        }
        assertThat(sink.documents(Goods.COLLECTION)).containsKey("x");
    }
}
