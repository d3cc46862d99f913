package dev.tidemark.backup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Path to which Typesense writes its snapshot, on its own machine, and what can be seen of it from this one.
 *
 * @param path absolute
 * @param ours whether it lies in the backup's own directory, as it does unless another path is given
 */
public record SnapshotPath(String path, boolean ours) {

    /**
     * Returns whether the snapshot exists. Typesense reports success even if it could write nothing.
     *
     * @return false if nothing of it can be seen, since it is on another machine, or in another container
     * @throws BackupException if it should exist and is missing or incomplete
     */
    boolean seen() throws BackupException, IOException {
        Path directory = Path.of(path);
        if (!Files.isDirectory(directory)) {
            if (ours) {
                throw new BackupException("Typesense says that its snapshot is written, and nothing is in " + path
                        + ": it is not permitted to write there, or runs on another machine or in a container. Give"
                        + " --typesense-path a new directory that it may write to, as its own machine names it");
            }
            return false;
        }
        if (isIncomplete()) {
            throw new BackupException("Typesense says that its snapshot is written, and " + path
                    + " holds none or a part of one: see Typesense's log, and free disk");
        }
        return true;
    }

    /** Returns whether the directory is there, and a part of the snapshot is not. */
    boolean isIncomplete() throws IOException {
        Path directory = Path.of(path);
        // Its last file; the snapshot itself is one directory below "snapshot".
        return Files.isDirectory(directory)
                && !(Files.exists(directory.resolve("state/meta/raft_meta"))
                        && holdsDatabase(directory.resolve("state/snapshot")));
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

    /** @throws BackupException if the path exists already, as far as can be seen from this machine */
    void rejectIfTaken() throws BackupException {
        if (Files.exists(Path.of(path))) {
            throw new BackupException(path + " is there already: Typesense would write its snapshot between what it"
                    + " holds. Give --typesense-path a new directory");
        }
    }
}
