package dev.tidemark.state;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown when a state file exists and is not what was written. It is never taken for "no offset": that would be a silent gap. */
public final class DamagedFileException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedFileException(Path file, long bytes) {
        super("state file " + file + " is damaged (" + bytes + " bytes, its checksum does not match): restore it from a"
                + " backup, or move the state directory away to load all tables (where it is the position,"
                + " 'offsets clear' is enough)");
    }
}
