package dev.tidemark.flush;

import dev.tidemark.flush.sweep.DeleteGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A text in a file. */
public record StoredText(Path file) implements DeleteGuard.Store {

    @Override
    public Optional<String> read() throws IOException {
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    @Override
    public void write(String content) throws IOException {
        Files.writeString(file, content);
    }
}
