package dev.tidemark.flush;

import java.io.IOException;
import java.util.List;

/** What is due when every row of a snapshot is durable. Flush thread only. */
public interface SnapshotEnd {

    /** The targets whose collection may hold documents of rows that are gone. */
    List<Target> toSweep();

    /** Records that the snapshot is complete; durable when this returns. Before the offset is committed. */
    void completed() throws IOException;
}
