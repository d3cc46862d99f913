package dev.tidemark.connector;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pins of the database's log for backups, and the way back to them. Thread-safe; a connection is opened for each call.
 *
 * <p>If a database drops its log as it is read (a Postgres slot never goes back), a pin has to be kept on the server, under a
 * name. If it keeps its log for a fixed time, whether it was read or not (MySQL), there is nothing to pin.
 */
public interface LogRetention {

    /** Returns the name that {@link #pin} is to use; empty if nothing is kept on the server. */
    Optional<String> name(BackupTime time);

    /**
     * Retains the log that the service has not confirmed yet, under a {@linkplain #name name}. Called before the stored offset is
     * copied, so that the retained log begins at that offset or before it.
     *
     * @throws SourceException if the log cannot be retained
     */
    void pin(String name);

    /**
     * Checks whether the server still has the log after an offset, and how much that is or for how long.
     *
     * @param kept the name of the pin; null if there is none
     * @throws SourceException if the database is away
     */
    Check checkRetained(Map<String, ?> offset, @Nullable String kept);

    /**
     * Makes the pinned log available to a start from an older offset. The pin remains, for another try. May be repeated, also if
     * an earlier call was interrupted.
     *
     * @param kept the name of the pin; null if there is none
     * @throws SourceException if the pin is missing, or if the service or another program reads the log now
     */
    void rewindTo(@Nullable String kept);

    /**
     * Deletes the pin of a name; does nothing if it does not exist.
     *
     * @throws SourceException if the name is not one of this pipeline's backups
     */
    void release(String name);

    /** Returns all pins for backups of this pipeline. */
    List<Pin> pins();

    /**
     * A pin on the server.
     *
     * @param retainedBytes how much log it retains
     * @param lost whether the server has discarded that log
     */
    record Pin(String name, long retainedBytes, boolean lost) {}
}
