package dev.tidemark.connector.postgres.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimelineHistoryTest {

    @Test
    void ancestors_withWhereTheyWereLeft() {
        TimelineHistory history = TimelineHistory.parse("""
                1\t0/3000158\tno recovery target specified

                2\t1/A0000028\tbefore 2026-11-29 06:00:00+00
                """);
        assertThat(history.leftAt(1)).isEqualTo(0x3000158L);
        assertThat(history.leftAt(2)).isEqualTo(0x1A0000028L);
        assertThat(history.leftAt(3)).isNull();
    }
}
