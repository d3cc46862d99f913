package dev.tidemark.flush;

import dev.tidemark.connector.RowReader;
import dev.tidemark.load.TableSnapshots;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.state.OffsetCommitter;

/**
 * The source as the flush uses it: where changes come from, what answers queries, and what stores how far all is durable.
 *
 * @param snapshots tables that are to be reloaded
 * @param silentCascades whether the log leaves out rows that a foreign key changes
 */
public record SourceSide(
        ChangeQueue queue,
        RowReader reader,
        SnapshotLifecycle snapshotLifecycle,
        OffsetCommitter offsets,
        TableSnapshots snapshots,
        boolean silentCascades) {}
