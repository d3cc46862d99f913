package dev.tidemark.backup;

import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.ServerSnapshots;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot that one node of Typesense writes for a backup.
 *
 * @param node who writes it
 * @param deadline how long it may take
 */
record SinkSnapshot(ServerSnapshots snapshots, URI node, SnapshotPath path, Duration deadline) {

    private static final Logger log = LoggerFactory.getLogger(SinkSnapshot.class);
    private static final int TRIES = 3;

    /** Returns the documents of each collection now, by the name that the configuration has for it. */
    Map<String, ServerSnapshots.Count> counts() throws SinkException, InterruptedException {
        return snapshots.counts(node);
    }

    /**
     * Has it written, and returns its description. Typesense reports success even if a part is missing, which was seen on 0.24.1
     * during writes and after another snapshot: such a copy in the backup's own directory is removed and tried again.
     *
     * @throws BackupException if it should be seen from this machine, and is not
     */
    Manifest.Snapshot take() throws BackupException, SinkException, IOException, InterruptedException {
        snapshots.take(node, path.path(), deadline);
        for (int tries = 1; tries < TRIES && path.ours() && path.isIncomplete(); tries++) {
            log.warn("the snapshot of Typesense in {} is incomplete: trying again", path.path());
            StateCopy.remove(Path.of(path.path()));
            snapshots.take(node, path.path(), deadline);
        }
        return new Manifest.Snapshot(node.toString(), path.path(), path.seen());
    }
}
