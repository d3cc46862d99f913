package dev.tidemark.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.PipelineStatus.Collection;
import dev.tidemark.health.PipelineStatus.LogRetention;
import dev.tidemark.health.PipelineStatus.Warning;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest {

    private static final long GIGABYTE = 1L << 30;

    @Test
    void rejectedDocuments_areCounted_withWhatWasHandled() {
        List<Warning> warnings = Warnings.of(
                null,
                List.of(
                        new Collection("public.a", "a", 8_000, 170, 0, 2_700, 2_700, -1),
                        new Collection("public.b", "b", 0, 0, 0, 10, 10, -1)),
                0,
                null);
        assertThat(warnings).singleElement().satisfies(warning -> {
            assertThat(warning.kind()).isEqualTo("dead_letters");
            assertThat(warning.message()).startsWith("2,710 of 10,880 documents are rejected");
            assertThat(warning.hint()).contains("replay");
        });
    }

    @Test
    void deadLettersOfAnEarlierRun_haveNoShare() {
        assertThat(Warnings.of(null, List.of(new Collection("t", "c", 5, 0, 0, 0, 1, -1)), 0, null))
                .extracting(Warning::message)
                .singleElement()
                .asString()
                .startsWith("1 document is rejected");
    }

    @Test
    void collectionOfTwoTables_isCountedOnce() {
        Collection shared = new Collection("public.a", "c", 5, 0, 0, 1, 1, -1);
        Collection again = new Collection("public.b", "c", 5, 0, 0, 1, 1, -1);
        assertThat(Warnings.of(null, List.of(shared, again), 0, null).get(0).message())
                .startsWith("1 of 6 documents");
    }

    @Test
    void heldBackLog_saysWhenTheSlotIsLost_orThatOnlyTheDiskLimitsIt() {
        assertThat(Warnings.of(null, List.of(), 0, new LogRetention(3 * GIGABYTE, 2 * GIGABYTE, 1 << 20, 2048)))
                .singleElement()
                .satisfies(warning -> assertThat(warning.message())
                        .contains("3.0 GB of WAL", "1.0 MB a second", "another 2.0 GB", "about 34 min 8 s", "lost"));
        assertThat(Warnings.of(null, List.of(), 0, new LogRetention(12 * GIGABYTE, -1, 100, -1)))
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).contains("12 GB", "no limit", "disk is full"));
    }

    @Test
    void normalRetention_andSmallLag_areNoWarnings() {
        LogRetention normal = new LogRetention(64 << 20, 8 * GIGABYTE, 1 << 20, 8192);
        assertThat(Warnings.of(null, List.of(new Collection("t", "c", 5, 0, 0, 0, 0, -1)), 3, normal))
                .isEmpty();
    }

    @Test
    void lag_isAWarningFromAMinuteOn() {
        assertThat(Warnings.of(null, List.of(), 100, null))
                .singleElement()
                .satisfies(warning -> assertThat(warning.message()).contains("1 min 40 s behind"));
    }
}
