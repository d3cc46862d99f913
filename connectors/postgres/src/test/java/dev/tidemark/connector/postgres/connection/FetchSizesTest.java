package dev.tidemark.connector.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class FetchSizesTest {

    private static final long HEAP = 512L << 20;

    private final FetchSizes sizes = new FetchSizes(HEAP);

    @Test
    void rowsOfAFetch_followFromTheirWidth() {
        assertThat(sizes.ofSnapshot(200)).isEqualTo(10_240);
        assertThat(sizes.ofSnapshot(60_000)).isEqualTo(279);
        assertThat(sizes.ofSnapshot(50 << 20)).isEqualTo(1);
        assertThat(sizes.limit()).isLessThan(HEAP / 4);
    }

    @Test
    void fetchThatDidNotFit_lowersThem_downToOneRow() {
        assertThat(sizes.lower()).isTrue();
        assertThat(sizes.ofSnapshot(200)).isEqualTo(1_280);
        assertThat(sizes.ofReads()).isEqualTo(64);
        for (int i = 0; i < 4; i++) {
            assertThat(sizes.lower()).isTrue();
        }
        assertThat(sizes.ofSnapshot(200)).isEqualTo(1);
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
        RuntimeException rollback = new IllegalStateException(closed);
        assertThat((Throwable) FetchSizes.tooLarge(rollback))
                .as("any lost connection")
                .isNull();
        rollback.addSuppressed(new IllegalStateException("snapshot of a table failed", limit));
        assertThat((Throwable) FetchSizes.tooLarge(new IllegalStateException(rollback)))
                .isSameAs(limit);
    }
}
