package dev.tidemark.backup;

import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.ServerSnapshots;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * The snapshot that one node of Typesense writes for a backup.
 *
 * @param node who writes it
 * @param deadline how long it may take
 */
record SinkSnapshot(ServerSnapshots snapshots, URI node, SnapshotPath path, Duration deadline) {

    /** Returns the documents of each collection now, by the name that the configuration has for it. */
    Map<String, ServerSnapshots.Count> counts() throws SinkException, InterruptedException {
        return snapshots.counts(node);
    }

    /**
     * Has it written, and returns its description.
     *
     * @throws BackupException if it should be seen from this machine, and is not
     */
    Manifest.Snapshot take() throws BackupException, SinkException, IOException, InterruptedException {
        snapshots.take(node, path.path(), deadline);
        return new Manifest.Snapshot(node.toString(), path.path(), path.seen());
    }
}
