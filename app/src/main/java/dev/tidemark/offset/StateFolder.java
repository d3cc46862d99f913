package dev.tidemark.offset;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The state folder, held by one process: two would overwrite each other's offsets. The lock dies with the process. */
public final class StateFolder implements AutoCloseable {

    private final Path folder;
    private final FileChannel channel;

    private StateFolder(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Creates the folder where needed, and locks it.
     *
     * @throws IOException with a sentence for the operator where it is in use or cannot be written
     */
    public static StateFolder lock(Path folder) throws IOException {
        return tryLock(folder)
                .orElseThrow(() -> new IOException(
                        "state folder " + folder + " is in use by another tidemark process: stop that one, or give"
                                + " this one a folder (and a name) of its own"));
    }

    /**
     * As {@link #lock}; nothing where another process holds it.
     *
     * @throws IOException with a sentence for the operator where it cannot be written
     */
    public static Optional<StateFolder> tryLock(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException("state folder " + folder + " cannot be created: " + e.getMessage(), e);
        }
        Path file = folder.resolve("lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("state folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new StateFolder(folder, channel));
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same answer.
        }
        channel.close();
        return Optional.empty();
    }

    public Path path() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
