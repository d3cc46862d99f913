package dev.tidemark.connector.mysql.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.mysql.connection.Variables;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A commit that waits for a replica is in the log, and hidden for any time: only GTIDs show it. */
class ServerChecksTest {

    @ParameterizedTest
    @CsvSource({
        "rpl_semi_sync_source_enabled, ON, OFF, true",
        "rpl_semi_sync_master_enabled, ON, OFF_PERMISSIVE, true",
        "rpl_semi_sync_source_enabled, ON, ON_PERMISSIVE, true",
        "rpl_semi_sync_source_enabled, ON, ON, false",
        "rpl_semi_sync_source_enabled, OFF, OFF, false",
        "version, 8.4.0, OFF, false",
    })
    void semiSynchronousReplication_isAWarning_withoutGtids(String name, String value, String gtidMode, boolean warns) {
        Variables variables = new Variables(Map.of(name, value, "gtid_mode", gtidMode));
        assertThat(new ServerChecks(variables).visibility().isPresent()).isEqualTo(warns);
    }
}
