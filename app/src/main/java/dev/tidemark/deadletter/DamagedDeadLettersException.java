package dev.tidemark.deadletter;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown when a line that was once durable cannot be read any more: nothing is guessed or skipped (invariant 6). */
public final class DamagedDeadLettersException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedDeadLettersException(Path file, long line, String reason) {
        super("Dead letters are damaged: " + file + ", line " + line + ": " + reason
                + ". Stop the service, then correct or remove that line, or restore the file from a backup, and start"
                + " again. A removed line is a rejected document that is no longer listed: write its row"
                + " again at the source.");
    }
}
