package dev.tidemark.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.WriteTally.Counts;
import org.junit.jupiter.api.Test;

class WriteTallyTest {

    private static final Counts TEN = new Counts(0, 10, 0, 0);

    private final WriteTally tally = new WriteTally();

    @Test
    void requestWithoutAnAnswer_mayStillBeApplied_untilALaterOneWasAnswered() {
        long answered = tally.start("products", TEN);
        tally.succeeded("products", answered, TEN);
        long before = tally.start("products", TEN);
        tally.start("products", TEN);
        tally.failed("products", TEN);
        assertThat(tally.started("products").deletes()).isEqualTo(30);
        assertThat(tally.finished("products").deletes()).isEqualTo(10);
        tally.succeeded("products", before, TEN);
        assertThat(tally.finished("products").deletes())
                .as("it was sent before the other failed")
                .isEqualTo(20);
        tally.succeeded("products", tally.start("products", TEN), TEN);
        assertThat(tally.finished("products")).isEqualTo(tally.started("products"));
        assertThat(tally.started("others")).isEqualTo(Counts.NONE);
    }
}
