package dev.tidemark.pipeline;

import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.SuspectFile;
import dev.tidemark.health.Health;
import dev.tidemark.identity.CollectionIdentities;
import dev.tidemark.identity.HistoryFile;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.identity.TableIdentities;
import dev.tidemark.resync.CatalogFile;
import dev.tidemark.resync.Resync;
import dev.tidemark.resync.TableDoubts;
import dev.tidemark.startup.NewState;
import dev.tidemark.startup.Startup;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.PauseMark;
import dev.tidemark.state.StateDirectory;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** The open files of a state directory that this process has locked. */
record StateFiles(
        StateDirectory directory,
        Pause pause,
        Approvals approvals,
        DeleteGuard guard,
        DeadLetters deadLetters,
        HistoryFile history,
        Startup.Records records,
        TableDoubts doubts) {

    /**
     * Locks the state directory and opens its files.
     *
     * @param parts gets what has to be closed
     * @throws IOException if it cannot be used; the message is for the operator
     */
    static StateFiles open(Config config, Health health, CloseStack parts) throws IOException {
        Path state = config.state();
        StateDirectory directory = parts.add(StateDirectory.lock(state));
        Pause pause = Pause.open(new PauseMark(state), health);
        OffsetFile offsets = OffsetFile.open(state);
        TableStates states = TableStates.open(state);
        Approvals approvals = Approvals.open(state);
        return new StateFiles(
                directory,
                pause,
                approvals,
                DeleteGuard.open(config.guard(), approvals, state, new SuspectFile(state)),
                parts.add(DeadLetters.open(
                        state.resolve(DeadLetters.DIRECTORY),
                        config.deadLetters().bytes())),
                HistoryFile.open(state),
                new Startup.Records(
                        offsets,
                        states,
                        DynamicCollectionFile.open(state),
                        CollectionIdentities.open(state),
                        TableIdentities.open(state),
                        CatalogFile.open(state),
                        Resync.open(
                                state,
                                approvals,
                                config.doubts().maxAutomatic(),
                                config.source().settings().snapshot() != SnapshotMode.NEVER,
                                Clock.systemUTC())),
                TableDoubts.open(state, approvals, config.doubts().maxAutomatic(), Clock.systemUTC()));
    }

    /**
     * Returns whether no write of an earlier process can be pending in the sink: the last one has recorded that, or none ever
     * wrote. If collections are adopted, the state directory of earlier processes may be lost.
     */
    boolean isNothingPending(Config config) throws IOException {
        return directory.stoppedCleanly()
                || (NewState.isUnwritten(config) && config.documents().stream().noneMatch(Config.Document::adopt));
    }

    OffsetFile offsets() {
        return records.offsets();
    }

    Resync resync() {
        return records.resync();
    }

    TableStates states() {
        return records.states();
    }

    /** Creates the comparison of the database with what was read before. */
    SourceHistory history(Connector connector) {
        return new SourceHistory(
                connector.history(),
                history,
                approvals,
                () -> offsets().offset().filter(offset -> !connector.isUnfinishedSnapshot(offset)));
    }

    /** Discards everything that records how far the old history was read. */
    void forgetHistory() throws IOException {
        offsets().clear();
        states().clear();
        records.tables().clear();
        records.catalog().clear();
        doubts.clear();
    }
}
