package dev.tidemark.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.PipelineStatus.LogRetention;
import org.junit.jupiter.api.Test;

class LogGrowthTest {

    private static final long SECOND = 1_000_000_000L;

    private final LogGrowth growth = new LogGrowth();

    @Test
    void growth_andTimeLeft_followTheTrend() {
        growth.sample(0, 1_000);
        growth.sample(20 * SECOND, 3_000);
        assertThat(growth.retention(6_000)).isEqualTo(new LogRetention(3_000, 6_000, 100, 60));
    }

    @Test
    void nothingIsEstimated_fromSecondsOnly_orWithoutALimit() {
        growth.sample(0, 1_000);
        growth.sample(3 * SECOND, 9_000);
        assertThat(growth.retention(6_000)).isEqualTo(new LogRetention(9_000, 6_000, -1, -1));
        growth.sample(40 * SECOND, 5_000_000);
        assertThat(growth.retention(-1).secondsLeft()).isEqualTo(-1);
        assertThat(growth.retention(-1).bytesPerSecond()).isPositive();
    }

    @Test
    void slotThatAdvances_beginsANewTrend() {
        growth.sample(0, 1_000_000);
        growth.sample(20 * SECOND, 2_000_000);
        growth.sample(23 * SECOND, 500);
        assertThat(growth.retention(10_000)).isEqualTo(new LogRetention(500, 10_000, -1, -1));
    }

    @Test
    void idleLog_hasNoEnd() {
        growth.sample(0, 700);
        growth.sample(60 * SECOND, 700);
        assertThat(growth.retention(10_000)).isEqualTo(new LogRetention(700, 10_000, 0, -1));
    }
}
