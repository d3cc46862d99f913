package dev.tidemark.flush.sweep;

import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** File of the state directory in which documents are kept whose row was not found. */
public final class SuspectFile implements DeleteGuard.Store {

    private final DurableFile file;

    public SuspectFile(Path state) {
        this.file = new DurableFile(state.resolve("suspects.json"));
    }

    @Override
    public Optional<String> read() throws IOException {
        return file.read();
    }

    @Override
    public void write(String content) throws IOException {
        file.write(content);
    }
}
