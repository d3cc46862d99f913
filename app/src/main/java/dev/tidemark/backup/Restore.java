package dev.tidemark.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.BackupTime;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.files.PrivateFiles;
import dev.tidemark.identity.HistoryFile;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.state.DurableFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.StateDirectory;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Restores a state directory. The caller holds its lock.
 *
 * <p>The process may end at any point: from the first change to the last a mark exists in the directory. While it exists no
 * service starts, and the next attempt continues from it. It works inside the directory, which may be a mount point, and keeps
 * the previous content in a directory alongside.
 * Upholds invariant 1.
 */
public final class Restore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path state;
    private final DurableFile mark;

    /**
     * Progress of a running restore.
     *
     * @param aside the directory in which the previous state is kept
     * @param moved whether all of the previous state was moved there
     */
    private record Mark(String aside, boolean moved) {}

    public Restore(Path state) {
        this.state = state;
        this.mark = new DurableFile(state.resolve(StateDirectory.RESTORING));
    }

    /**
     * Restores the state of the backup and returns to its position.
     *
     * @return the directory in which the previous state is kept
     * @throws BackupException if a file of the backup is damaged; nothing was changed
     * @throws SourceException if the database rejects the request or is unreachable: to be retried
     */
    public Path toPosition(BackupDirectory backup, Manifest manifest, LogRetention retention, BackupTime now)
            throws BackupException, IOException {
        Manifest.Complete complete = backup.complete(manifest);
        StateCopy.verify(backup.state(), complete.files());
        Mark done = read().orElseGet(() -> new Mark(StateCopy.ASIDE + now.digits(), false));
        write(done); // first of all: the slot of one time and the state of another must not meet
        retention.rewindTo(manifest.kept());
        Path aside = state.resolve(done.aside());
        if (!done.moved()) {
            moveAside(aside);
            write(new Mark(done.aside(), true));
        }
        for (Path entry : StateCopy.entries(state)) { // what an earlier try had put back, maybe from another backup
            StateCopy.remove(entry);
        }
        StateCopy.putBack(backup.state(), complete.files(), state);
        OffsetFile.renew(state); // the rows of a load that was running were not all read for what is in Typesense now
        HistoryFile.remove(
                state); // the slot is a copy from then, and the checks before compared the position with the server
        mark.delete();
        return aside;
    }

    /** Makes the next start load all tables and delete the documents whose row is missing. Dead letters stay. */
    public void toSnapshot() throws IOException {
        OffsetFile.remove(state);
        TableStates.remove(state);
        SourceHistory.forget(Approvals.open(state), state);
        mark.delete();
    }

    private void moveAside(Path aside) throws IOException {
        PrivateFiles.createDirectories(aside);
        for (Path entry : StateCopy.entries(state)) {
            Files.move(entry, aside.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        StateCopy.sync(aside);
        StateCopy.sync(state);
    }

    private Optional<Mark> read() throws IOException {
        Optional<String> content = mark.read();
        return content.isPresent() ? Optional.of(JSON.readValue(content.get(), Mark.class)) : Optional.empty();
    }

    private void write(Mark done) throws IOException {
        mark.write(JSON.writeValueAsString(done));
    }
}
