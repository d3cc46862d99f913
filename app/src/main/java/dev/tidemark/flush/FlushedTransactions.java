package dev.tidemark.flush;

import dev.tidemark.flush.write.PriorRunVisibility;
import dev.tidemark.flush.write.Visibility;

/**
 * Everything that was flushed and is possibly not visible in the database yet.
 *
 * @param recent by this process
 * @param prior by an earlier one
 */
record FlushedTransactions(Visibility recent, PriorRunVisibility prior) {

    /**
     * Waits until all of it is visible.
     *
     * @throws dev.tidemark.connector.SourceException if something is not visible yet, or the database cannot be queried
     */
    void prove() throws InterruptedException {
        prior.proveWith(recent);
    }

    /** Discards it: it is of a history that the database does not have any more. */
    void forget() {
        recent.clear();
        prior.forget();
    }
}
