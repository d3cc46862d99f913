package dev.tidemark.flush;

import java.io.IOException;
import java.util.List;

/** What is recorded of a snapshot, and due at its end. Flush thread only. */
public interface SnapshotEnd {

    /** Whether the collection may hold documents that the snapshot that runs, or ran last, did not write. */
    boolean mayHold(Target target);

    /** The targets whose collection may hold documents of rows that are gone. */
    List<Target> toSweep();

    /** Records that the snapshot is complete; durable when this returns. Before the offset is committed. */
    void completed() throws IOException;

    /**
     * Records that documents of this target were written from rows of other columns or types than the snapshot's; durable
     * when this returns. Before the offset is committed: no replay would tell it again.
     */
    void mixed(Target target) throws IOException;
}
