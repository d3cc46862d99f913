package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class FetchSizesTest {

    private static final long HEAP = 512L << 20;

    private final FetchSizes sizes = new FetchSizes(HEAP);

    @Test
    void fetch_leavesMostOfTheHeap() {
        assertThat(sizes.limit()).isLessThan(HEAP / 4);
    }

    @Test
    void fetchThatDidNotFit_lowersThem_downToOneRow() {
        assertThat(sizes.lower()).isTrue();
        assertThat(sizes.ofReads()).isEqualTo(64);
        for (int i = 0; i < 4; i++) {
            assertThat(sizes.lower()).isTrue();
        }
        assertThat(sizes.ofReads()).isEqualTo(1);
        assertThat(sizes.lower()).isFalse();
    }

    @Test
    void refusalOfTheDriver_isFoundBehindOtherFailures() {
        PSQLException limit = new PSQLException(
                "Result set exceeded maxResultBuffer limit. Received:  2; Current limit: 1",
                PSQLState.COMMUNICATION_ERROR);
        assertThat((Throwable) FetchSizes.tooLarge(new IllegalStateException(limit)))
                .isSameAs(limit);
        PSQLException closed = new PSQLException("closed", PSQLState.CONNECTION_DOES_NOT_EXIST);
        assertThat((Throwable) FetchSizes.tooLarge(new IllegalStateException(closed)))
                .as("any lost connection")
                .isNull();
    }
}
