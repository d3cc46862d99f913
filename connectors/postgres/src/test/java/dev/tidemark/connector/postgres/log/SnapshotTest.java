package dev.tidemark.connector.postgres.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnapshotTest {

    private static boolean sees(String snapshot, long xid) {
        return Snapshot.parse(snapshot).sees(new Xid((int) xid));
    }

    @Test
    void sees_whatHasEnded() {
        assertThat(sees("746:751:746,749", 745)).isTrue();
        assertThat(sees("746:751:746,749", 746)).isFalse();
        assertThat(sees("746:751:746,749", 747)).isTrue();
        assertThat(sees("746:751:746,749", 749)).isFalse();
        assertThat(sees("746:751:746,749", 750)).isTrue();
        assertThat(sees("746:751:746,749", 751)).isFalse();
        assertThat(sees("751:751:", 750)).isTrue();
        assertThat(sees("751:751:", 751)).isFalse();
    }

    @Test
    void sees_countsOnWhereTheLogsNumbersBeginAgain() {
        long epoch = 1L << 32;
        String afterWrap = (epoch - 2) + ":" + (epoch + 5) + ":" + (epoch - 2) + "," + (epoch + 3);
        assertThat(sees(afterWrap, 0xFFFFFFFDL)).isTrue();
        assertThat(sees(afterWrap, 0xFFFFFFFEL)).isFalse();
        assertThat(sees(afterWrap, 0xFFFFFFFFL)).isTrue();
        assertThat(sees(afterWrap, 3)).isFalse();
        assertThat(sees(afterWrap, 4)).isTrue();
        assertThat(sees(afterWrap, 5)).isFalse();
        String beforeWrap = (epoch - 5) + ":" + (epoch - 5) + ":";
        assertThat(sees(beforeWrap, 3)).as("of the next epoch").isFalse();
    }
}
