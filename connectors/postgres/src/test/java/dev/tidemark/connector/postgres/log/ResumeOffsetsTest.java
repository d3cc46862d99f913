package dev.tidemark.connector.postgres.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ResumeOffsetsTest {

    /** Earlier versions stored these: an upgrade resumes from an offset only if all rows before it were loaded. */
    @Test
    void unfinishedSnapshot_ofAnEarlierVersion_cannotBeResumed() {
        Map<String, Object> within = Map.of("lsn", 4L, "snapshot", "INITIAL", "snapshot_completed", false);
        assertThat(ResumeOffsets.unfinishedSnapshot(within)).isTrue();
        assertThat(ResumeOffsets.unfinishedSnapshot(
                        Map.of("lsn", 4L, "snapshot", "INITIAL", "snapshot_completed", true)))
                .isFalse();
        assertThat(ResumeOffsets.unfinishedSnapshot(
                        Map.of("lsn", 4L, "snapshot", "INITIAL", "last_snapshot_record", "true")))
                .isFalse();
        assertThat(ResumeOffsets.unfinishedSnapshot(Map.of("lsn", 4L, "lsn_commit", 4L)))
                .isFalse();
        assertThat(ResumeOffsets.unfinishedSnapshot(ResumeOffsets.beginning(4))).isFalse();
    }
}
