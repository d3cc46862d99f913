package dev.tidemark.connector.mysql.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionVariablesTest {

    @Test
    void configuredVariables_comeBeforeTheFixedOnes() {
        String variables = SessionVariables.of(Map.of(
                "driver.sessionVariables",
                "sql_select_limit=5,net_write_timeout=600",
                "database.sessionVariables",
                "foreign_key_checks=0"));
        assertThat(variables)
                .startsWith("foreign_key_checks=0,sql_select_limit=5,net_write_timeout=600,")
                .endsWith(SessionVariables.of(Map.of()))
                .contains(",sql_select_limit=18446744073709551615,");
    }
}
