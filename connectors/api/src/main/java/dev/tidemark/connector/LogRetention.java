package dev.tidemark.connector;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a place in the database's log for a backup and goes back to it. Any thread; a connection is opened for each call.
 *
 * <p>Where a database drops its log as it is read (a Postgres slot never goes back), something has to be kept on the server, under
 * a name. Where it keeps its log for a time whoever reads it (MySQL), there is nothing to keep.
 */
public interface LogRetention {

    /** The name under which {@link #pin} is to keep a place; empty if nothing is kept on the server. */
    Optional<String> name(BackupTime time);

    /**
     * Keeps everything that the service has not confirmed yet, under a {@linkplain #name name}. Called before the position is
     * copied: then what is kept begins at that position or before it.
     *
     * @throws SourceException if it cannot be kept
     */
    void pin(String name);

    /**
     * Whether the server still holds what comes after an offset, and how much that is or for how long.
     *
     * @param kept the name under which it was kept; null if nothing is
     * @throws SourceException where the database is away
     */
    Check checkRetained(Map<String, ?> offset, @Nullable String kept);

    /**
     * Lets a start from an older offset find what comes after it. What is kept stays, for another try. May be repeated, also
     * where it was cut off.
     *
     * @param kept the name under which it was kept; null if nothing is
     * @throws SourceException where it is gone, or where the service, or another program, reads the log now
     */
    void rewindTo(@Nullable String kept);

    /**
     * Lets go of what is kept under a name; one that is gone already is fine.
     *
     * @throws SourceException where the name is not one of this pipeline's backups
     */
    void release(String name);

    /** Everything that is kept for backups of this pipeline. */
    List<Pin> pins();

    /**
     * A place that is kept on the server.
     *
     * @param retainedBytes how much log it holds back
     * @param lost whether the server has given it up
     */
    record Pin(String name, long retainedBytes, boolean lost) {}
}
