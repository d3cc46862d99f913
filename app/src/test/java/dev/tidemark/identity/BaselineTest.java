package dev.tidemark.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.identity.Baseline.Verdict;
import dev.tidemark.sink.Seen;
import dev.tidemark.sink.WriteTally.Counts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineTest {

    private static final long CREATED = 1_000;
    private static final long LATER = 1_010;
    private static final Counts APPLIED = new Counts(100, 100, 1, 1);

    private static Baseline baseline(long documents) {
        return new Baseline(new CollectionIdentity(List.of(CREATED), documents), APPLIED, 0, LATER);
    }

    private static Counts started(long upserts, long deletes, long wipes, long creations) {
        return new Counts(100 + upserts, 100 + deletes, 1 + wipes, 1 + creations);
    }

    @ParameterizedTest(
            name = "{0} documents, created {1}: {2} remain after {3} upserts, {4} deletes, disturbed {5}: {6}")
    @CsvSource({
        // the time of creation is known: documents decide
        "1000, 1000, 1000, 0, 0, false, SAME",
        "1000, 1000, 0, 0, 0, false, ANOTHER", // emptied
        "1000, 1000, 0, 0, 0, true, ANOTHER",
        "1, 1000, 0, 0, 0, false, ANOTHER",
        "1000, 1000, 1, 1, 0, false, ANOTHER", // created again within its second
        "1000, 1000, 0, 0, 1000, false, SAME", // all deleted by us
        "1000, 1000, 2, 2, 998, false, SAME",
        "1000, 1000, 995, 0, 0, false, SAME", // a few by hand
        "1000, 1000, 400, 0, 0, false, SAME", // many by hand: 'verify' finds them
        "1000, 1000, 400, 300, 0, false, SAME", // 100 at least are not ours
        "15, 1000, 1, 1, 0, false, SAME", // 14 by hand
        "0, 1000, 0, 0, 0, false, SAME",
        "0, 1000, 3, 5, 0, false, SAME",
        // another time
        "1000, 1010, 1000, 0, 0, false, SAME", // the server was restarted
        "1000, 1010, 1000, 0, 0, true, SAME",
        "1000, 1010, 1500, 500, 0, true, SAME",
        "1000, 1010, 999, 0, 0, true, ANOTHER",
        "1000, 1010, 900, 0, 100, true, SAME",
        "1000, 1010, 1, 1, 0, false, ANOTHER",
        "3, 1010, 1, 1, 0, false, ANOTHER",
        "3, 1010, 3, 3, 0, false, ANOTHER", // as many new rows as it had
        "3, 1010, 3, 3, 0, true, SAME", // cannot be told from a restart
        "0, 1010, 0, 0, 0, false, SAME", // nothing was lost
        "0, 1010, 1, 5, 0, false, ANOTHER",
        "3, 500, 3, 3, 0, false, SAME" // another node, which has had it for long
    })
    void whatIsFound_isJudged(
            long before, long created, long found, long upserts, long deletes, boolean disturbed, Verdict verdict) {
        assertThat(baseline(before).judge(new Seen(created, found), started(upserts, deletes, 0, 0), disturbed))
                .isEqualTo(verdict);
    }

    @Test
    void oursToEmpty_isNoContradiction() {
        assertThat(baseline(1_000).judge(new Seen(CREATED, 0), started(0, 0, 1, 0), false))
                .isEqualTo(Verdict.SAME);
        assertThat(baseline(1_000).judge(new Seen(LATER, 0), started(0, 0, 0, 1), false))
                .as("we have created it")
                .isEqualTo(Verdict.SAME);
    }

    @Test
    void emptyCollection_mayBeMissing() {
        assertThat(baseline(5).mayBeEmpty(started(0, 4, 0, 0))).isFalse();
        assertThat(baseline(5).mayBeEmpty(started(1, 5, 0, 0))).isFalse();
        assertThat(baseline(5).mayBeEmpty(started(0, 5, 0, 0))).isTrue();
        assertThat(baseline(5).mayBeEmpty(started(1, 0, 1, 0))).isTrue();
    }

    @Test
    void timesThatNodesSaidBefore_areKnown() {
        CollectionIdentity identity = new CollectionIdentity(List.of(CREATED), 5);
        assertThat(identity.now(new Seen(LATER, 5)).now(new Seen(CREATED, 6)).createdAt())
                .containsExactly(CREATED, LATER);
        for (long time = 2_000; time < 2_100; time++) {
            identity = identity.now(new Seen(time, 5));
        }
        assertThat(identity.createdAt()).hasSize(8).contains(2_099L);
    }
}
