package dev.tidemark.backup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.BackupTime;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.SourceException;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.ServerSnapshots;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates a backup, alongside a running service or a stopped one.
 *
 * <p>The order ensures that it is correct: first the database keeps its log, then the offset is copied, then Typesense writes its
 * snapshot. So what is kept begins at the position or before it, and the snapshot holds everything up to the position, or more
 * (invariant 1). A replay from there ends with the same documents (invariant 4). The dead letters are copied before the snapshot,
 * too: if one is resolved in between, its document is only written in full once again.
 */
public final class Backup {

    private final Config config;
    private final Connector connector;
    private final LogRetention retention;
    private final ServerSnapshots snapshots;
    private final Clock clock;

    public Backup(Config config, Connector connector, ServerSnapshots snapshots, Clock clock) {
        this.config = config;
        this.connector = connector;
        this.retention = connector.logRetention();
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /**
     * Creates the backup. If it fails, nothing is left of it but what the message names.
     *
     * @param to the directory to be created
     * @param deadline how long Typesense may take
     */
    public Manifest make(Path to, SnapshotPath typesense, Duration deadline, String version)
            throws BackupException, SinkException, IOException, InterruptedException {
        rejectInside(to);
        Map<String, String> filled = filled();
        URI leader = snapshots.leader();
        typesense.rejectIfTaken();
        BackupTime time = new BackupTime(clock.instant());
        String kept = retention.name(time).orElse(null);
        if (retention.pins().stream().anyMatch(each -> each.name().equals(kept))) {
            throw new BackupException(
                    "another backup was begun in this very second: try again"); // its slot is not ours
        }
        String kind = config.source().kind();
        Manifest begun = new Manifest(
                Manifest.FORMAT, version, config.name(), kind, time.instant().toString(), kept, null);
        BackupDirectory directory = BackupDirectory.create(to);
        try {
            return fill(directory, begun, filled, new SinkSnapshot(snapshots, leader, typesense, deadline));
        } catch (BackupException | SinkException | IOException | InterruptedException | RuntimeException e) {
            String left = takeBack(directory, kept);
            if (left != null && !(e instanceof InterruptedException)) {
                throw new BackupException(e.getMessage() + "\n" + left);
            }
            throw e;
        }
    }

    /** @param filled when each collection was filled, as found before the backup began */
    private Manifest fill(BackupDirectory directory, Manifest begun, Map<String, String> filled, SinkSnapshot snapshot)
            throws BackupException, SinkException, IOException, InterruptedException {
        directory.write(begun); // before anything that would have to be found again after a crash
        String kept = begun.kept();
        if (kept != null) {
            retention.pin(kept);
        }
        List<Manifest.StoredFile> files = StateCopy.copy(config.state(), directory.state());
        Map<String, Object> offset = offset(directory.state());
        Check held = retention.checkRetained(offset, kept);
        if (held.outcome() == Check.Outcome.FAILED || held.outcome() == Check.Outcome.UNREACHABLE) {
            throw new BackupException(held.message() + "; " + held.hint());
        }
        Map<String, ServerSnapshots.Count> before = snapshot.counts();
        Manifest.Snapshot taken = snapshot.take();
        rejectSnapshotMeanwhile(filled);
        Manifest complete = begun.completed(new Manifest.Complete(
                clock.instant().toString(),
                connector.describeOffset(offset),
                held.message(),
                taken,
                counted(before, snapshot.counts()),
                files));
        directory.write(complete);
        return complete;
    }

    private void rejectInside(Path to) throws BackupException {
        if (to.toAbsolutePath()
                .normalize()
                .startsWith(config.state().toAbsolutePath().normalize())) {
            throw new BackupException(
                    to + " lies in the state directory, whose loss it should survive: name another place");
        }
    }

    /** Returns when each collection was filled; a position is valid only together with these times. */
    private Map<String, String> filled() throws BackupException, IOException {
        Map<String, String> filled = TableStates.open(config.state()).completions();
        offset(config.state());
        if (filled.isEmpty()) {
            throw new BackupException("no snapshot of the tables is recorded as complete in " + config.state()
                    + ": there is no state to return to yet. Wait for it to end");
        }
        return filled;
    }

    private Map<String, Object> offset(Path state) throws BackupException, IOException {
        Map<String, Object> offset = OffsetFile.open(state).offset().orElse(null);
        if (offset == null || connector.isUnfinishedSnapshot(offset)) {
            throw new BackupException((offset == null
                            ? "no position is stored in " + config.state()
                            : "a snapshot of the tables is running")
                    + ": there is no state to return to yet. Run the service until its snapshot is complete");
        }
        return offset;
    }

    /**
     * Fails if a snapshot began meanwhile: offset, schema history and records must be of one snapshot of the tables, and they
     * were copied one after the other.
     */
    private void rejectSnapshotMeanwhile(Map<String, String> filled) throws BackupException, IOException {
        if (!filled().equals(filled)) {
            throw new BackupException("the tables were copied again while the backup was made: make it again");
        }
    }

    private List<Manifest.Collection> counted(
            Map<String, ServerSnapshots.Count> before, Map<String, ServerSnapshots.Count> after) throws IOException {
        List<Manifest.Collection> counted = new ArrayList<>();
        for (String name : collections()) {
            ServerSnapshots.Count first = before.get(name);
            ServerSnapshots.Count last = after.get(name);
            if (first != null && last != null) {
                counted.add(new Manifest.Collection(name, last.name(), first.documents(), last.documents()));
            }
        }
        return counted;
    }

    /** Returns the collections that the configuration names, and those that its expressions have yielded. */
    private Set<String> collections() throws IOException {
        DynamicCollectionFile fed = DynamicCollectionFile.open(config.state());
        Set<String> names = new LinkedHashSet<>();
        for (Config.Document document : config.documents()) {
            if (!document.isDynamic()) {
                names.add(document.collection());
            } else {
                names.addAll(fed.of(document.recordName()));
            }
        }
        return names;
    }

    /** Removes the backup; returns what is left and how to remove it, null if nothing is left. */
    private @Nullable String takeBack(BackupDirectory directory, @Nullable String kept) {
        try {
            if (kept != null) {
                retention.release(kept);
            }
            directory.remove();
            return null;
        } catch (SourceException | IOException e) {
            return "The incomplete backup could not be removed (" + e.getMessage()
                    + "): run 'tidemark backup discard --from " + directory.path() + "'";
        }
    }
}
