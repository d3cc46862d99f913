package dev.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.PipelineStatus;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    @Test
    void text_tellsRowsRateAndTimeLeft() {
        assertThat(ProgressLine.text(new PipelineStatus.Snapshot(120_000, 500_000, 22_400, 17)))
                .isEqualTo("loaded 120,000 of ~500,000 rows (24%) | 22,400 rows/s | about 17 s left");
    }

    @Test
    void text_promisesNothing_whereTheNumberOfRowsIsNotKnown() {
        assertThat(ProgressLine.text(new PipelineStatus.Snapshot(120_000, -1, 22_400, -1)))
                .isEqualTo("loaded 120,000 rows | 22,400 rows/s");
        assertThat(ProgressLine.text(new PipelineStatus.Snapshot(600, 500, 10, -1)))
                .isEqualTo("loaded 600 rows | 10 rows/s");
    }
}
