package dev.tidemark.connector.base.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.connector.Check;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnknownPropertiesTest {

    @Test
    void unknownOnes_areWarnedOf_withWhatWasProbablyMeant() {
        Map<String, String> given = Map.of(
                "max.bach.size", "1", "max.batch.size", "1", "my.own", "x", "driver.anything", "x", "database.x", "y");
        assertThat(UnknownProperties.check(given, List.of("max.batch.size", "max.queue.size")))
                .extracting(Check::outcome, Check::message, Check::hint)
                .containsExactly(
                        tuple(
                                Check.Outcome.WARNING,
                                "property 'max.bach.size' is not known to Debezium's connector, which ignores it",
                                "did you mean 'max.batch.size'? Else remove it"),
                        tuple(
                                Check.Outcome.WARNING,
                                "property 'my.own' is not known to Debezium's connector, which ignores it",
                                "remove it, or correct its name"));
    }
}
