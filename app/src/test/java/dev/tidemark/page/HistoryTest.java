package dev.tidemark.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.Statuses;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private final History history = new History();

    private void take(long second, double received, double durable) {
        PipelineStatus status = Statuses.status()
                .lag(1.5)
                .queue(7, 10, 0, 0)
                .rates(received, durable)
                .build();
        history.take(status, Instant.ofEpochSecond(1000 + second));
    }

    @Test
    void sample_hasTheRatesThatTheStatusHas() {
        take(5, 40, 10);
        take(15, 2, 0);
        assertThat(history.view().samples())
                .containsExactly(new History.Sample(1005, 40, 10, 1.5, 7), new History.Sample(1015, 2, 0, 1.5, 7));
    }

    @Test
    void samples_areThoseOfTheLastHalfHour() {
        for (int i = 1; i <= 1000; i++) {
            take(i * 5L, i, i);
        }
        List<History.Sample> samples = history.view().samples();
        assertThat(samples).hasSize(360);
        assertThat(samples.get(0).time()).isEqualTo(1000 + 641 * 5);
        assertThat(samples.get(359).time()).isEqualTo(1000 + 1000 * 5);
    }
}
