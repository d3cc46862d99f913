package dev.tidemark.flush;

import dev.tidemark.collection.Target;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records of a snapshot, and the work that is due at its end. Flush thread only. */
public interface SnapshotLifecycle {

    /** Returns whether the collection may hold documents that the snapshot that runs, or ran last, did not write. */
    boolean mayHold(Target target);

    /** Returns the targets whose collection may hold documents of rows that do not exist any more. */
    List<Target> toSweep();

    /** Records that the snapshot is complete; durable when this returns. Before the offset is committed. */
    void completed() throws IOException;

    /**
     * Records that documents of this target were written from rows of other columns or types than the snapshot's; durable
     * when this returns. Before the offset is committed: no replay would show it again.
     */
    void mixed(Target target) throws IOException;

    /**
     * Returns the columns ({@link dev.tidemark.document.Columns}) that documents of all rows were written from, or will be when
     * the table was reloaded.
     *
     * @param record the document's {@link dev.tidemark.config.Config.Document#recordName}
     * @return null if nothing is recorded
     */
    default @Nullable List<String> followed(String record) {
        return null;
    }

    /** Records these columns; durable when this returns. */
    default void followed(String record, List<String> columns) throws IOException {}
}
