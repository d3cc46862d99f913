package dev.tidemark.flush.schema;

import static dev.tidemark.flush.Items.heartbeat;
import static dev.tidemark.flush.Items.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.load.Load;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write that came late is fixed: the table of its collection is reloaded. */
class OvertakenWatchTest {

    @Test
    void check_reloadsTheTable_fromItsFirstRowIfAReloadRunsAlready(@TempDir Path directory) throws Exception {
        try (Flushing flushing = new Flushing(directory, "items");
                OvertakenWatch watch = new OvertakenWatch(
                        "shop",
                        flushing.sink,
                        () -> List.of(Items.target("items")),
                        (table, reason, evidence) -> flushing.snapshots.requestAgain(table, -1))) {
            flushing.rows.byId.put("1", row("1", 1L));
            flushing.sink.overtaken.add("other");
            watch.check();
            assertThat(flushing.snapshots.pending()).isZero();
            flushing.sink.documents("items").put("1", "{\"id\":\"1\",\"n\":77}"); // Late, over n = 1.
            assertThat(flushing.snapshots.request(Items.TABLE, -1)).isEmpty();
            flushing.read(); // which may have passed that row
            flushing.sink.overtaken.add("items");
            watch.check();
            assertThat(flushing.snapshots.wanted()).singleElement().satisfies(load -> {
                assertThat(load.cause()).isEqualTo(Load.Cause.AUTOMATIC);
                assertThat(load.rows()).isZero();
            });
            flushing.flush(heartbeat(1)); // its fence
            finish(flushing);
            assertThat(flushing.sink.documents("items").get("1")).contains("\"n\":1");
            watch.check();
            assertThat(flushing.snapshots.pending()).isZero();
        }
    }

    private static void finish(Flushing flushing) throws InterruptedException {
        flushing.load();
    }
}
