package dev.tidemark.flush.reload;

import static dev.tidemark.flush.Items.row;
import static dev.tidemark.flush.Items.truncate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.load.Loads;
import dev.tidemark.load.Restart;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A load shows how often it read rows again that were not durable, and why. */
class LoadRestartTest {

    private static final int ROWS = 6_000; // two chunks

    private final Flushing flushing;

    LoadRestartTest(@TempDir Path directory) throws Exception {
        flushing = new Flushing(directory, "items");
        for (int i = 0; i < ROWS; i++) {
            String id = "k" + (10_000 + i);
            flushing.rows.byId.put(id, row(id, 1L));
        }
    }

    /** Requests a load, and lets the changes of its table be recorded. */
    @BeforeEach
    void request() throws Exception {
        flushing.snapshots.request(Items.TABLE, -1);
        flushing.reader.step();
        flushing.worker.flushOnce(Duration.ZERO);
    }

    private Loads.Progress progress() {
        return flushing.snapshots.progress().get(0);
    }

    private void restarted(int times, Restart last) {
        assertThat(progress().restarts()).isEqualTo(times);
        assertThat(progress().lastRestart()).isEqualTo(last);
        assertThat(flushing.count("tidemark.load.restarts", "table", "public.items", "reason", last.label()))
                .isEqualTo(1);
        assertThat(flushing.count("tidemark.load.restarts")).isEqualTo(times);
    }

    @Test
    void load_thatNothingDisturbs_doesNotStartAgain() throws Exception {
        assertThat(flushing.registry().get("tidemark.load.running").gauge().value())
                .isEqualTo(1);
        flushing.load();
        assertThat(progress().restarts()).isZero();
        assertThat(progress().lastRestart()).isNull();
        assertThat(flushing.count("tidemark.load.restarts")).isZero();
        assertThat(flushing.count("tidemark.load.rows", "table", "public.items"))
                .isEqualTo(ROWS);
        assertThat(flushing.registry().get("tidemark.load.running").gauge().value())
                .isZero();
    }

    @Test
    void truncate_whileRowsAreAhead_isARestart_andNoneIfNothingWasRead() throws Exception {
        flushing.flush(truncate(1));
        assertThat(progress().restarts()).isZero();
        assertThat(flushing.reader.step()).isTrue();
        flushing.flush(truncate(2));
        restarted(1, Restart.TRUNCATE);
    }

    @Test
    void endOfTheEngine_isARestart() throws Exception {
        assertThat(flushing.reader.step()).isTrue();
        flushing.worker.forget();
        restarted(1, Restart.ENGINE);
        flushing.worker.forget();
        assertThat(progress().restarts()).isEqualTo(1);
    }

    @Test
    void anotherRequest_isARestart_andKeepsTheCount() throws Exception {
        assertThat(flushing.reader.step()).isTrue();
        flushing.worker.forget();
        flushing.snapshots.requestAgain(Items.TABLE, -1);
        restarted(2, Restart.REQUESTED);
    }
}
