package dev.tidemark.state;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The file in the state directory that says since when the pipeline is paused; none while it is not. One thread at a time. */
public final class PauseMark {

    /** The file's name. */
    public static final String NAME = "paused";

    private final DurableFile file;

    /** @param state the state directory */
    public PauseMark(Path state) {
        this.file = new DurableFile(state.resolve(NAME));
    }

    /**
     * Since when it is paused, nothing if it is not.
     *
     * @throws IOException where the file cannot be read or is damaged
     */
    public Optional<Instant> since() throws IOException {
        try {
            return file.read().map(Instant::parse);
        } catch (DateTimeException e) {
            throw new IOException(file.path() + " holds no time: remove it to continue", e);
        }
    }

    /** Remembers the pause; durable when this returns. */
    public void set(Instant since) throws IOException {
        file.write(since.toString());
    }

    /** Forgets the pause; durable when this returns. */
    public void clear() throws IOException {
        file.delete();
    }
}
