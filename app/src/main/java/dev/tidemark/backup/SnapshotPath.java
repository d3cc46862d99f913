package dev.tidemark.backup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Typesense writes its snapshot, on its own machine: what can be seen of it from this one.
 *
 * @param path absolute
 * @param ours whether it lies in the backup's own directory, where nobody chose another place
 */
public record SnapshotPath(String path, boolean ours) {

    /**
     * Whether the snapshot is there. Typesense says success also where it could write nothing.
     *
     * @return false if nothing of it can be seen, since it is on another machine, or in another container
     * @throws BackupException where it should be there and is not, or not all of it
     */
    boolean seen() throws BackupException, IOException {
        Path folder = Path.of(path);
        if (!Files.isDirectory(folder)) {
            if (ours) {
                throw new BackupException("Typesense says that its snapshot is written, and nothing is in " + path
                        + ": it may not write there, or runs on another machine or in a container. Give"
                        + " --typesense-path a new directory that it may write to, as its own machine names it");
            }
            return false;
        }
        // Its last file; the snapshot itself is one directory below "snapshot".
        if (!Files.exists(folder.resolve("state/meta/raft_meta")) || !holdsDatabase(folder.resolve("state/snapshot"))) {
            throw new BackupException("Typesense says that its snapshot is written, and " + path
                    + " holds none or a part of one: see Typesense's log, and free disk");
        }
        return true;
    }

    private static boolean holdsDatabase(Path snapshots) throws IOException {
        if (!Files.isDirectory(snapshots)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(snapshots)) {
            for (Path entry : entries) {
                if (Files.exists(entry.resolve("db_snapshot/CURRENT"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** @throws BackupException where something is there already, as far as it can be seen */
    void refuseWhereTaken() throws BackupException {
        if (Files.exists(Path.of(path))) {
            throw new BackupException(path + " is there already: Typesense would write its snapshot between what it"
                    + " holds. Give --typesense-path a new directory");
        }
    }
}
