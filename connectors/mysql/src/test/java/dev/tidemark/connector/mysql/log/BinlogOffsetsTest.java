package dev.tidemark.connector.mysql.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BinlogOffsetsTest {

    private final BinlogOffsets offsets = new BinlogOffsets();

    private static Map<String, Object> offset(String gtids, long place, long events) {
        Map<String, Object> offset = new HashMap<>(Map.of("file", "binlog.000001", "pos", place, "event", events));
        if (!gtids.isEmpty()) {
            offset.put("gtids", gtids);
        }
        return offset;
    }

    @Test
    void aTransaction_isNamedOnce_andNeverInItsMiddle() {
        assertThat(offsets.ofChange(offset("", 100, 2)))
                .satisfies(resume -> assertThat(String.valueOf(resume)).isEqualTo("{file=binlog.000001, pos=100}"));
        assertThat(offsets.ofChange(offset("", 100, 3))).isNull();
        assertThat(String.valueOf(offsets.ofChange(offset("", 200, 1)))).contains("pos=200");
        assertThat(String.valueOf(offsets.ofHeartbeat(offset("", 200, 4)))).doesNotContain("event");
    }

    @Test
    void theFirstTransactionUnderGtids_isNotNamedBeforeTheNext() {
        assertThat(String.valueOf(offsets.ofHeartbeat(offset("u:1-5", 100, 0)))).contains("u:1-5");
        assertThat(offsets.ofChange(offset("u:1-5", 100, 2))).isNull();
        assertThat(offsets.ofHeartbeat(offset("u:1-5", 100, 2))).isNull();
        assertThat(String.valueOf(offsets.ofHeartbeat(offset("u:1-6", 200, 0)))).contains("u:1-6");
        assertThat(String.valueOf(offsets.ofChange(offset("u:1-6", 200, 1)))).contains("u:1-6");
        assertThat(offsets.ofChange(offset("u:1-6", 200, 2))).isNull();
    }

    @Test
    void unfinishedSnapshot_cannotBeResumed() {
        assertThat(BinlogOffsets.unfinishedSnapshot(Map.of("snapshot", "INITIAL")))
                .isTrue();
        assertThat(BinlogOffsets.unfinishedSnapshot(Map.of("snapshot", "INITIAL", "snapshot_completed", true)))
                .isFalse();
        assertThat(BinlogOffsets.unfinishedSnapshot(Map.of("pos", 4L))).isFalse();
    }
}
