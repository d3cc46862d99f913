package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.StateDirectory;
import dev.tidemark.state.TableStates;
import dev.tidemark.state.WrittenCollections;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Check for a state directory that was never used although the server knows a pipeline of this name: a start from this second
 * directory would drop the slot of the first and load everything again. The operator confirms that with {@code run --new}.
 */
public final class NewState {

    private NewState() {}

    /** Returns the question, if there is one; a database that is unreachable is reported by the preflight. */
    static List<Check> question(Config config, Connector connector) throws IOException {
        if (config.source().settings().snapshot() != SnapshotMode.INITIAL || !isNew(config)) {
            return List.of();
        }
        try {
            return connector.ofAnotherState().stream().toList();
        } catch (SourceException e) {
            return List.of();
        }
    }

    /**
     * Returns whether the state is new. An interrupted first start is not new: collections are recorded before the first slot is
     * created.
     */
    private static boolean isNew(Config config) throws IOException {
        return OffsetFile.open(config.state()).offset().isEmpty()
                && TableStates.open(config.state()).completions().isEmpty()
                && !WrittenCollections.open(config.state()).isRecorded();
    }

    /**
     * Returns whether no process has written to a collection with this state directory. Collections are recorded before they are
     * written to; an earlier version recorded positions and completed loads only.
     */
    public static boolean isUnwritten(Config config) throws IOException {
        return OffsetFile.open(config.state()).offset().isEmpty()
                && TableStates.open(config.state()).completions().isEmpty()
                && WrittenCollections.open(config.state()).isEmpty();
    }

    /**
     * Records that the directory is to be used from scratch; it is then no longer new.
     *
     * @return why not, if it holds a position already
     */
    public static Optional<String> begin(Config config) throws IOException {
        if (OffsetFile.open(config.state()).offset().isPresent()) {
            return Optional.of("--new: the state directory "
                    + config.state().toAbsolutePath().normalize()
                    + " holds a position, so it is not new; run without --new to resume from it, or forget it first with"
                    + " 'tidemark offsets clear'");
        }
        try (StateDirectory directory = StateDirectory.lock(config.state())) {
            WrittenCollections.open(directory.path()).add(List.of());
        }
        return Optional.empty();
    }
}
