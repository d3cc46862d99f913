package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class FetchLimitTest {

    @Test
    void errorOfTheDriver_isFoundBehindOtherFailures() {
        PSQLException limit = new PSQLException(
                "Result set exceeded maxResultBuffer limit. Received:  2; Current limit: 1",
                PSQLState.COMMUNICATION_ERROR);
        assertThat((Throwable) FetchLimit.exceeded(new IllegalStateException(limit)))
                .isSameAs(limit);
        PSQLException closed = new PSQLException("closed", PSQLState.CONNECTION_DOES_NOT_EXIST);
        assertThat((Throwable) FetchLimit.exceeded(new IllegalStateException(closed)))
                .as("any lost connection")
                .isNull();
    }
}
