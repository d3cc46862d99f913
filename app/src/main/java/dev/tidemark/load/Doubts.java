package dev.tidemark.load;

import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import java.io.IOException;

/** Takes doubts whether the documents of a table equal its rows. */
@FunctionalInterface
public interface Doubts {

    /**
     * Records a doubt, which ends with a load of the table that begins after it; durable when this returns. A load that is running starts
     * again: rows that it has read may be older.
     *
     * @param evidence what was found, human-readable
     * @throws IOException if it cannot be recorded, or its load cannot be requested; to be repeated
     */
    void raise(TableId table, DoubtReason reason, String evidence) throws IOException;
}
