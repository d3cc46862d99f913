package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.sink.SinkException;
import java.util.Map;
import java.util.Set;

/** Completes the writes of a collection before they are sent, by reading from the database. */
public interface RowLoader {

    /** The reason of a failure to read rows. */
    String ROW_READ = "row_read";

    /**
     * Outcome of a call.
     *
     * @param missing the texts of the keys of rows that were not found, by document id. Nothing is deleted because of that
     *     (invariant 9): their writes are dropped, as the delete of such a row follows in the log
     * @param later ids whose rows there was no room for (invariant 3): when the others were sent, it is called again with them
     */
    record Completed(Map<String, String[]> missing, Set<String> later) {

        public static final Completed ALL = new Completed(Map.of(), Set.of());
    }

    /**
     * Replaces what cannot be sent as it is, or a part of it.
     *
     * @param pending by document id; changed in place
     * @param visibility the transactions of all changes that the writes come from
     * @throws SinkException if the database cannot be read now
     */
    Completed complete(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException, InterruptedException;

    /** Returns whether the rows of the writes, as they are before, have the columns of the documents. */
    default boolean followsChanges() {
        return false;
    }
}
