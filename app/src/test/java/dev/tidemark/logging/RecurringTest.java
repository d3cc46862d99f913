package dev.tidemark.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecurringTest {

    private long now = 1;
    private final Recurring recurring = new Recurring(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void repeats_areToldAtGrowingIntervals_andNeverFallSilent() {
        List<Long> minutes = new ArrayList<>();
        long began = now;
        while (now - began < Duration.ofHours(6).toNanos()) {
            if (recurring.occurred("away") != null) {
                minutes.add(Duration.ofNanos(now - began).toMinutes());
            }
            pass(Duration.ofSeconds(10));
        }
        assertThat(minutes).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L, 303L);
    }

    @Test
    void line_tellsHowOftenItWasRepeated_sinceTheLastOne() {
        assertThat(recurring.occurred("away")).isEmpty();
        pass(Duration.ofSeconds(30));
        assertThat(recurring.occurred("away")).isNull();
        pass(Duration.ofSeconds(30));
        assertThat(recurring.occurred("away")).isEqualTo(" (repeated 2 times in 60 s)");
        pass(Duration.ofSeconds(100));
        assertThat(recurring.occurred("away")).isNull();
        pass(Duration.ofSeconds(20));
        assertThat(recurring.occurred("away")).isEqualTo(" (repeated 2 times in 2 min)");
    }

    @Test
    void otherMessage_isToldAtOnce_andThoseThatTakeTurnsDoNotFlood() {
        int lines = 0;
        for (int i = 0; i < 360; i++) { // an hour
            String message = i % 2 == 0 ? "refused" : "timed out";
            boolean told = recurring.occurred(message) != null;
            assertThat(told || i > 1).isTrue();
            lines += told ? 1 : 0;
            pass(Duration.ofSeconds(10));
        }
        assertThat(lines).isEqualTo(2 * 6);
    }

    @Test
    void howLongItLasts_makesNoOtherMessage() {
        assertThat(recurring.occurred("process 7, open for 72 s")).isEmpty();
        pass(Duration.ofSeconds(10));
        assertThat(recurring.occurred("process 7, open for 82 s")).isNull();
        assertThat(recurring.occurred("process 8, open for 82 s")).isEmpty();
    }

    @Test
    void whatIsOver_saysHowLongItWas_andTheNextTimeIsTheFirst() {
        assertThat(recurring.over()).isEmpty();
        recurring.occurred("away");
        pass(Duration.ofSeconds(20));
        recurring.occurred("away");
        pass(Duration.ofSeconds(2));
        assertThat(recurring.over()).isEqualTo(", after 22 s");
        assertThat(recurring.occurred("away")).isEmpty();
    }

    @Test
    void whatWasQuietForLong_isNewsAgain() {
        recurring.occurred("away");
        pass(Duration.ofMinutes(11));
        assertThat(recurring.occurred("away")).isEmpty();
    }

    @Test
    void messagesThatAllDiffer_takeNoMemory() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(recurring.occurred("document " + i)).isEmpty();
        }
    }
}
