package dev.tidemark.flush.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.flush.StoredText;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.trace.Operation;
import dev.tidemark.trace.Outcome;
import dev.tidemark.trace.TraceBuffer;
import dev.tidemark.trace.TraceEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {

    private static final String COLLECTION = "items";

    private final FakeSink sink = new FakeSink();
    private final Flushing.Rows rows = new Flushing.Rows();
    private final TraceBuffer traces = new TraceBuffer();
    private final Path directory;

    SweepTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** However few ids have room: in as many passes as it takes, all that is gone goes, and nothing else. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 1_500, 100_000})
    void documentsWithoutARow_go_andNoOthers(int mostGone) throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            sink.documents(COLLECTION).put("gone" + i, "{}");
            sink.documents(COLLECTION).put("other:" + i, "{}");
            expected.add("other:" + i);
        }
        for (int i = 0; i < 300; i++) {
            String id = "here" + i;
            rows.byId.put(id, Items.row(id, 1L));
            sink.documents(COLLECTION).put(id, "{}");
            expected.add(id);
        }
        Target target = Items.target(COLLECTION);
        Targets targets = new Targets(List.of(target, Items.target(COLLECTION, "other:")), List.of());
        long deleted = new Sweep(sink, rows, targets, new Visibility(), guard(mostGone), traces).run(target);
        assertThat(deleted).isEqualTo(4_000);
        assertThat(sink.documents(COLLECTION).keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private DeleteGuard guard(int inMemory) throws Exception {
        return DeleteGuard.open(
                Flushing.ALL,
                Approvals.open(directory),
                directory,
                new StoredText(directory.resolve("suspects")),
                inMemory);
    }

    @Test
    void whatItDeletes_isInTheTraces_andNothingElseIs() throws Exception {
        sink.documents(COLLECTION).put("gone", "{}");
        rows.byId.put("here", Items.row("here", 1L));
        sink.documents(COLLECTION).put("here", "{}");
        traces.take(7, 1_000);
        Target target = Items.target(COLLECTION);
        new Sweep(sink, rows, new Targets(List.of(target), List.of()), new Visibility(), guard(1), traces).run(target);
        List<TraceEntry> entries = traces.find(Items.TABLE, id -> true, 100).entries();
        assertThat(entries)
                .extracting(TraceEntry::id, TraceEntry::operation, TraceEntry::outcome, TraceEntry::batch)
                .containsExactly(tuple("gone", Operation.SWEEP, Outcome.DELETED, 7L));
        assertThat(entries.get(0).doneMillis()).isPositive();
    }
}
