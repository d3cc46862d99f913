package dev.tidemark.identity;

import dev.tidemark.sink.Seen;
import dev.tidemark.sink.WriteTally.Counts;

/**
 * A collection at the last check that found nothing wrong, and what our own requests can explain of how it is now.
 *
 * @param identity what is known of it
 * @param applied what was known to be applied before that check read the number of documents
 * @param disturbances how often the server was seen to fail until then
 * @param checkedAt when that was, in seconds since 1970
 */
record Baseline(CollectionIdentity identity, Counts applied, long disturbances, long checkedAt) {

    /** Number of documents that may be deleted by hand without the collection being taken for another one. */
    private static final long FEW = 20;

    /** Max time that the server's clock may be behind ours. */
    private static final long CLOCKS_SECONDS = 300;

    /** Verdicts on whether the collection that is found can be the one that existed, with what we sent since. */
    enum Verdict {
        SAME,
        /** Documents are missing that we did not delete, as in a collection that was created again. */
        ANOTHER
    }

    /**
     * Compares the baseline with the collection that is found. A time of creation that is not known yet proves nothing alone, see
     * {@link Seen}: the documents decide.
     *
     * @param started the requests that had been sent when the number of documents was answered
     * @param disturbed whether the server was seen to fail since the baseline: it may have been restarted
     */
    Verdict judge(Seen found, Counts started, boolean disturbed) {
        Counts since = started.since(applied);
        if (since.creations() > 0) {
            return Verdict.SAME; // we have created it
        }
        long before = identity.documents() - since.deletes();
        long lost = since.wipes() > 0 ? 0 : before - found.documents();
        boolean another = identity.knows(found.createdAt())
                ? isEmptied(found, since, lost)
                : lost > 0 || holdsOnlyNew(found, since, disturbed);
        return another ? Verdict.ANOTHER : Verdict.SAME;
    }

    /** Returns whether the collection may have contained no document when it was deleted. */
    boolean mayBeEmpty(Counts started) {
        Counts since = started.since(applied);
        return since.wipes() > 0 || identity.documents() + since.upserts() <= since.deletes();
    }

    /** Returns whether the earlier documents are missing: no document is left, or at most as many as we wrote since. */
    private boolean isEmptied(Seen found, Counts since, long lost) {
        return found.documents() == 0
                ? lost > 0
                : found.documents() <= since.upserts() && lost > Math.max(FEW, identity.documents() / 2);
    }

    /** Returns whether it was created since the last check, not by a restart, and may hold only what we wrote after that. */
    private boolean holdsOnlyNew(Seen found, Counts since, boolean disturbed) {
        return !disturbed
                && since.wipes() == 0
                && since.upserts() > 0
                && found.documents() <= since.upserts()
                && found.createdAt() >= checkedAt - CLOCKS_SECONDS;
    }

    /** Returns the baseline for the next check. */
    Baseline next(Seen found, Counts applied, long disturbances, long checkedAt) {
        return new Baseline(identity.now(found), applied, disturbances, checkedAt);
    }
}
