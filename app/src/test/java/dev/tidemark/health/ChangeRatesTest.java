package dev.tidemark.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.PipelineStatus.Rates;
import org.junit.jupiter.api.Test;

class ChangeRatesTest {

    private static final long SECOND = 1_000_000_000L;

    private final ChangeRates rates = new ChangeRates(0);

    @Test
    void rates_areMeansOfTheLastSeconds() {
        assertThat(rates.at(5 * SECOND, 100, 50)).isEqualTo(new Rates(20, 10));
        assertThat(rates.at(10 * SECOND, 200, 50)).isEqualTo(new Rates(20, 5));
        assertThat(rates.at(20 * SECOND, 200, 100)).isEqualTo(new Rates(0, 5));
        assertThat(rates.at(40 * SECOND, 200, 100)).isEqualTo(Rates.NONE);
    }

    @Test
    void moments_thatAreClose_haveTheSameRates() {
        Rates first = rates.at(5 * SECOND, 100, 50);
        for (int i = 1; i < 400; i++) { // many clients at once do not shorten the average
            assertThat(rates.at(5 * SECOND + i * 1_000_000L, 100_000, 50)).isEqualTo(first);
        }
    }

    @Test
    void manySamples_averageOverTheWindow_notOverTheLastOne() {
        for (int i = 1; i <= 60; i++) {
            rates.at(i * SECOND, i * 10L, 0);
        }
        assertThat(rates.at(61 * SECOND, 1_600, 0)).isEqualTo(new Rates(109, 0));
    }
}
