package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.Cel;
import dev.tidemark.config.Config;
import dev.tidemark.sink.SinkException;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputedSweepTest {

    private final FakeSink sink = new FakeSink();
    private final Flushing.Rows rows = new Flushing.Rows();

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
        int deleted = new ComputedSweep(sink, rows, new TraceBuffer(), mostHashes, 300)
                .run(target("row.name + '-' + row.id"), id -> id.startsWith("other:"));
        assertThat(deleted).isEqualTo(1000);
        assertThat(sink.documents(Goods.COLLECTION).keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whereIdsCannotBeTold_nothingIsDeleted() {
        rows.byId.put("r", Goods.row("r", "n", 1L, null, null));
        sink.documents(Goods.COLLECTION).put("x", "{}");
        assertThatThrownBy(() -> new ComputedSweep(sink, rows, new TraceBuffer()).run(target("row.lost"), id -> false))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("cannot tell the ids");
        assertThat(sink.documents(Goods.COLLECTION)).containsKey("x");
    }
}
