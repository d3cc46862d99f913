package dev.tidemark.state;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The file in the state directory that records since when the pipeline is paused; it exists only then. One thread at a time. */
public final class PauseMark {

    /** The file's name. */
    public static final String NAME = "paused";

    private final DurableFile file;

    /** @param state the state directory */
    public PauseMark(Path state) {
        this.file = new DurableFile(state.resolve(NAME));
    }

    /**
     * Returns since when the pipeline is paused, empty if it is not.
     *
     * @throws IOException if the file cannot be read or is damaged
     */
    public Optional<Instant> since() throws IOException {
        try {
            return file.read().map(Instant::parse);
        } catch (DateTimeException e) {
            throw new IOException(file.path() + " holds no time: remove it to continue", e);
        }
    }

    /** Records the pause; durable when this returns. */
    public void set(Instant since) throws IOException {
        file.write(since.toString());
    }

    /** Forgets the pause; durable when this returns. */
    public void clear() throws IOException {
        file.delete();
    }
}
