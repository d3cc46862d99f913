package dev.tidemark.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.metrics.PipelineStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final long SECOND = 1_000_000_000;

    private final History history = new History(0);

    private void take(long second, long... changes) {
        List<PipelineStatus.Table> tables = java.util.Arrays.stream(changes)
                .mapToObj(count -> new PipelineStatus.Table("public.t", count, null, 0, -1))
                .toList();
        PipelineStatus status = new PipelineStatus(
                "shop",
                "0badcafe",
                "streaming",
                null,
                1.5,
                new PipelineStatus.Queue(7, 10, 0, 0),
                null,
                List.of(),
                tables,
                null,
                Map.of(),
                true,
                true,
                List.of());
        history.take(status, Instant.ofEpochSecond(1000 + second), second * SECOND);
    }

    @Test
    void rate_isOfAllTablesSinceTheSampleBefore() {
        take(5, 40, 10);
        take(15, 60, 10);
        assertThat(history.view().samples())
                .containsExactly(new History.Sample(1005, 10, 1.5, 7), new History.Sample(1015, 2, 1.5, 7));
    }

    @Test
    void samples_areThoseOfTheLastHalfHour() {
        for (int i = 1; i <= 1000; i++) {
            take(i * 5L, i);
        }
        List<History.Sample> samples = history.view().samples();
        assertThat(samples).hasSize(360);
        assertThat(samples.get(0).time()).isEqualTo(1000 + 641 * 5);
        assertThat(samples.get(359).time()).isEqualTo(1000 + 1000 * 5);
    }
}
