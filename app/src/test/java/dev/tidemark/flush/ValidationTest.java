package dev.tidemark.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.config.Config;
import dev.tidemark.config.Config.OnInvalid;
import dev.tidemark.connector.data.Row;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.health.Health;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a row that breaks a rule: here, of one whose {@code n} is not from 0 to 9. */
@Timeout(120)
class ValidationTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Flushing flushing;

    private void open(OnInvalid onInvalid) throws Exception {
        Config.Rule rule =
                new Config.Rule(true, new Config.Bounds(BigDecimal.ZERO, BigDecimal.valueOf(9)), null, null, false);
        Config.Validation validation = new Config.Validation(Map.of("n", rule), onInvalid);
        flushing = new Flushing(
                directory,
                Config.OnReject.DEAD_LETTER,
                null,
                List.of(Goods.target(Goods.WRITTEN_AS, Config.Selection.ALL, Map.of(), validation)));
    }

    @AfterEach
    void close() throws Exception {
        flushing.close();
    }

    private static Row row(String id, @Nullable Object n) {
        return row(id, n, "b");
    }

    private static Row row(String id, @Nullable Object n, String big) {
        return Goods.row(id, "name", n, big, null);
    }

    @Test
    void deadLetter_leavesTheDocumentAsItWas_untilTheRowIsGood() throws Exception {
        open(OnInvalid.DEAD_LETTER);
        flushing.flush(Goods.insert(1, row("a", 1L)), Goods.insert(2, row("b", 10L)));
        assertThat(flushing.pending()).singleElement().satisfies(deadLetter -> {
            assertThat(deadLetter.id()).isEqualTo("b");
            assertThat(deadLetter.error()).isEqualTo("field 'n' breaks its rule: 10 is above 9");
        });
        flushing.flush(Goods.update(3, row("a", 1L), row("a", -1L)));
        assertThat(flushing.sink.documents("goods").get("a")).contains("\"n\":1");
        assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactlyInAnyOrder("a", "b");
        flushing.flush(Goods.update(4, row("a", -1L), row("a", -1L, "c")));
        assertThat(flushing.pending()).extracting(DeadLetter::id).containsExactlyInAnyOrder("a", "b");
        flushing.flush(Goods.update(5, row("a", -1L), row("a", 2L)), Goods.update(6, row("b", 10L), row("b", 3L)));
        assertThat(flushing.pending()).isEmpty();
        assertThat(flushing.sink.documents("goods").get("a")).contains("\"n\":2");
        assertThat(flushing.sink.documents("goods").get("b")).contains("\"n\":3");
    }

    @Test
    void skip_leavesTheRowWithoutADocument_untilItIsGood() throws Exception {
        open(OnInvalid.SKIP);
        flushing.flush(Goods.insert(1, row("a", 1L)), Goods.insert(2, row("b", null)));
        assertThat(flushing.sink.documents("goods")).containsOnlyKeys("a");
        assertThat(flushing.count("tidemark.invalid", "table", "public.goods")).isEqualTo(1);
        flushing.flush(Goods.update(3, row("a", 1L), row("a", 10L)));
        assertThat(flushing.sink.documents("goods")).isEmpty();
        flushing.flush(Goods.update(4, row("a", 10L), row("a", 10L, "c")));
        assertThat(flushing.sink.documents("goods")).isEmpty(); // a part of it did not bring it back
        flushing.flush(Goods.update(5, row("a", 10L, "c"), row("a", 5L, "c")));
        assertThat(flushing.sink.documents("goods").get("a")).contains("\"n\":5", "\"big\":\"c\"");
        assertThat(flushing.pending()).isEmpty();
    }

    @Test
    void skip_sendsNothing_whereASnapshotFillsAnEmptyCollection() throws Exception {
        open(OnInvalid.SKIP);
        flushing.rows.byId.put("a", row("a", 10L));
        flushing.rows.byId.put("b", row("b", 1L));
        flushing.snapshots.begin(List.of(Goods.TABLE), table -> false);
        flushing.load();
        assertThat(flushing.journal).containsExactly("upsert goods [b]");
    }

    @Test
    void stop_pausesWithAHint_andCommitsNothing() throws Exception {
        open(OnInvalid.STOP);
        Thread worker = new Thread(() -> {
            try {
                flushing.flush(Goods.insert(1, row("a", 10L)));
            } catch (InterruptedException e) {
                // the test is over
            }
        });
        worker.start();
        await().untilAsserted(() -> assertThat(flushing.health.conditions().get(Health.Part.FLUSH))
                .satisfies(condition -> {
                    assertThat(condition).isNotNull();
                    assertThat(condition.message()).contains("document 'a'", "10 is above 9");
                    assertThat(condition.hint()).contains("onInvalid is 'stop'");
                }));
        worker.interrupt();
        worker.join();
        assertThat(flushing.committed).isEqualTo(-1);
        assertThat(flushing.pending()).isEmpty();
    }
}
