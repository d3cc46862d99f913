package dev.tidemark.state;

import dev.tidemark.connector.files.Permissions;
import dev.tidemark.connector.files.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state directory, held by one process: two would overwrite each other's offsets. The lock dies with the process. */
public final class StateDirectory implements AutoCloseable {

    /** Name of the file that exists while a restore is running, or after one was interrupted. */
    public static final String RESTORING = "restore.json";

    /** Name of the file that is locked. */
    public static final String LOCK = "lock";

    /**
     * Name of the file that records a stop after which no write to the sink is pending. Each lock of the directory removes it: it
     * exists only while the directory is not in use, and not after a kill.
     */
    public static final String STOPPED = "stopped";

    private static final Logger log = LoggerFactory.getLogger(StateDirectory.class);

    private final Path directory;
    private final FileChannel channel;
    private final boolean stoppedCleanly;

    private StateDirectory(Path directory, FileChannel channel, boolean stoppedCleanly) {
        this.directory = directory;
        this.channel = channel;
        this.stoppedCleanly = stoppedCleanly;
    }

    /**
     * Creates the directory if necessary, and locks it.
     *
     * @throws IOException with a sentence for the operator if it is in use or cannot be written
     */
    public static StateDirectory lock(Path directory) throws IOException {
        return tryLock(directory).orElseThrow(() -> inUse(directory));
    }

    /**
     * Locks as {@link #lock} does; returns empty if another process holds the lock.
     *
     * @throws IOException with a sentence for the operator if it cannot be written
     */
    public static Optional<StateDirectory> tryLock(Path directory) throws IOException {
        Optional<StateDirectory> locked = take(directory);
        if (locked.isPresent() && Files.exists(directory.resolve(RESTORING))) {
            // Half of it may be from the backup and half from later: no process must continue from that.
            locked.get().close();
            throw new IOException(
                    "a restore into state directory " + directory
                            + " was begun and is not complete: run 'tidemark restore' again, with the same backup or with --snapshot");
        }
        return locked;
    }

    /**
     * Locks as {@link #lock} does, even if a restore into the directory was interrupted.
     *
     * @throws IOException with a sentence for the operator if it is in use or cannot be written
     */
    public static StateDirectory lockForRestore(Path directory) throws IOException {
        return take(directory).orElseThrow(() -> inUse(directory));
    }

    /** Returns the message of a command that finds no directory and must not show or create an empty one. */
    public static String missing(Path directory) {
        return "there is no state directory " + directory.toAbsolutePath().normalize()
                + "; a relative 'state' starts at the configuration file's directory: use the file (and "
                + "TIDEMARK_STATE_BASE, if it is set) with which the service runs";
    }

    private static IOException inUse(Path directory) {
        return new IOException(
                "state directory " + directory + " is in use by another tidemark process: stop that one, or give"
                        + " this one a directory (and a name) of its own");
    }

    private static Optional<StateDirectory> take(Path directory) throws IOException {
        try {
            PrivateFiles.createDirectories(directory);
        } catch (IOException e) {
            throw new IOException("state directory " + directory + " cannot be created: " + e.getMessage(), e);
        }
        Path file = directory.resolve(LOCK);
        FileChannel channel;
        try {
            channel = PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("state directory " + directory + " cannot be written: " + e.getMessage(), e);
        }
        boolean taken = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return Optional.empty();
            }
            narrow(directory);
            boolean stoppedCleanly = takeStop(directory);
            taken = true;
            return Optional.of(new StateDirectory(directory, channel, stoppedCleanly));
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // held by this process itself: the same answer
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    /** Returns whether a clean stop is recorded, and removes the record: durable before anything is written to the sink. */
    private static boolean takeStop(Path directory) throws IOException {
        DurableFile record = new DurableFile(directory.resolve(STOPPED));
        if (!Files.exists(record.path())) {
            return false;
        }
        boolean recorded;
        try {
            recorded = record.read().isPresent();
        } catch (DamagedFileException | OtherFormatException e) {
            recorded = false; // the next start waits, as after a kill
        }
        record.delete();
        return recorded;
    }

    /** Returns whether the process that held the lock before has stopped with no write to the sink pending. */
    public boolean stoppedCleanly() {
        return stoppedCleanly;
    }

    /** Records that this process stops with no write to the sink pending; durable when this returns. */
    public void recordCleanStop() throws IOException {
        new DurableFile(directory.resolve(STOPPED)).write("no write is pending\n");
    }

    /** Removes the access of other users to what an earlier version or a restored copy left open to them. */
    private static void narrow(Path directory) throws IOException {
        Permissions permissions = Permissions.narrow(directory);
        if (!permissions.narrowed().isEmpty()) {
            log.info(
                    "state directory {}: other users may no longer use {} of its files and directories, such as {}",
                    directory,
                    permissions.narrowed().size(),
                    permissions.narrowed().get(0));
        }
        if (!permissions.foreign().isEmpty()) {
            log.warn(
                    "state directory {}: {} belongs to another user, who may read it; change its owner to the user of the"
                            + " service: chown -R USER {}",
                    directory,
                    permissions.foreign().get(0),
                    directory);
        }
    }

    public Path path() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
