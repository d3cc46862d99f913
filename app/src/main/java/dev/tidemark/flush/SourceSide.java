package dev.tidemark.flush;

import dev.tidemark.connector.RowReader;
import dev.tidemark.flush.reload.ChunkWriter;
import dev.tidemark.load.Doubts;
import dev.tidemark.load.Loads;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.state.OffsetCommitter;

/**
 * The source as the flush uses it: where changes come from, what answers queries, and what stores how far all is durable.
 *
 * @param loads tables that are to be loaded
 * @param doubts requests the loads of tables whose rows changed without a change in the log
 * @param chunks writes rows that were read for that
 * @param silentCascades whether the log leaves out rows that a foreign key changes
 */
public record SourceSide(
        ChangeQueue queue,
        RowReader reader,
        ColumnRecord columns,
        OffsetCommitter offsets,
        Loads loads,
        Doubts doubts,
        ChunkWriter chunks,
        boolean silentCascades) {}
