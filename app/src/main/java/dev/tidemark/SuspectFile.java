package dev.tidemark;

import dev.tidemark.flush.DeleteGuard;
import dev.tidemark.offset.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where documents whose row was not found are kept: a file of the state directory. */
final class SuspectFile implements DeleteGuard.Store {

    private final DurableFile file;

    SuspectFile(Path state) {
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
