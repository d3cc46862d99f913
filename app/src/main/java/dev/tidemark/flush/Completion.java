package dev.tidemark.flush;

import dev.tidemark.sink.SinkException;
import java.util.Map;

/** Makes the writes of a collection complete before they are sent, by reading from the database. */
interface Completion {

    /** The reason of a failure to read rows. */
    String ROW_READ = "row_read";

    /**
     * Replaces what cannot be sent as it is.
     *
     * @param pending by document id; changed in place
     * @param visibility the transactions of all changes that the writes come from
     * @throws SinkException where the database cannot be read now
     */
    void complete(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException, InterruptedException;
}
