package dev.tidemark.connector.base.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FetchPaceTest {

    @Test
    void narrowRows_areFetchedInGrowingNumbers_upToTheLimit() {
        assertThat(FetchPace.next(8, 512, 200)).isEqualTo(64);
        assertThat(FetchPace.next(64, 512, 200)).isEqualTo(512);
        assertThat(FetchPace.next(512, 512, 200)).isEqualTo(512);
    }

    @Test
    void wideRows_areFetchedSoThatFewMegabytesAreInMemory() {
        assertThat(FetchPace.next(8, 512, 200_000)).isEqualTo(20);
        assertThat(FetchPace.next(64, 512, 1 << 20)).isEqualTo(4);
        assertThat(FetchPace.next(8, 512, 50 << 20)).isEqualTo(1);
    }

    @Test
    void limitThatWasLowered_holdsForTheNextFetch() {
        assertThat(FetchPace.next(512, 8, 200)).isEqualTo(8);
    }
}
