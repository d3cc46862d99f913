package dev.tidemark.connector.mysql.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.mysql.connection.Variables;
import dev.tidemark.connector.mysql.engine.EngineProperties;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A commit that waits for a replica is in the log, and hidden for any time: a load must not begin while one is. */
class ServerChecksTest {

    @ParameterizedTest
    @CsvSource({
        "rpl_semi_sync_source_enabled, ON, OFF, minimal",
        "rpl_semi_sync_master_enabled, ON, OFF_PERMISSIVE, minimal",
        "rpl_semi_sync_source_enabled, ON, ON_PERMISSIVE, minimal",
        "rpl_semi_sync_source_enabled, ON, ON, none",
        "rpl_semi_sync_source_enabled, OFF, OFF, none",
        "version, 8.4.0, OFF, none",
    })
    void aLoad_takesALock_ifCommitsMayBeHidden(String name, String value, String gtidMode, String locking) {
        Variables variables = new Variables(Map.of(name, value, "gtid_mode", gtidMode));
        assertThat(EngineProperties.locking(variables)).isEqualTo(locking);
        assertThat(new ServerChecks(variables).visibility().isPresent()).isEqualTo(!locking.equals("none"));
    }
}
