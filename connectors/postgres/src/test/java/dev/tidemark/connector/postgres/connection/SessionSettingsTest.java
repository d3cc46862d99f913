package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.data.TableId;
import org.junit.jupiter.api.Test;

class SessionSettingsTest {

    private static final TableId ITEMS = TableId.parse("public.items");

    /** The last of two options counts. */
    @Test
    void configuredOptions_countMoreThanSpelling_andLessThanWhatFormsValues() {
        String options = SessionSettings.around("-c lc_time=de_DE -c bytea_output=escape");
        assertThat(options.indexOf("lc_time=de_DE")).isGreaterThan(options.indexOf("lc_time=C"));
        assertThat(options.indexOf("bytea_output=hex")).isGreaterThan(options.indexOf("bytea_output=escape"));
    }

    @Test
    void currency_withoutTwoDecimals_isWarnedOf() {
        assertThat(SessionSettings.currency(2, "de_DE", ITEMS)).isEmpty();
        assertThat(SessionSettings.currency(0, "ja_JP", ITEMS)).hasValueSatisfying(check -> {
            assertThat(check.outcome()).isEqualTo(Outcome.WARNING);
            assertThat(check.message()).contains("ja_JP have 0 decimals");
        });
    }
}
