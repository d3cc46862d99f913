package dev.tidemark.state;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Thrown when a state file is complete, as far as can be determined, and of a format that this version does not read: Tidemark
 * was downgraded.
 */
final class OtherFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    OtherFormatException(Path file, String found, String known) {
        super("state file " + file + " was written by another version of Tidemark (its format is " + found
                + ", this version reads " + known + "): start the version that wrote it, or move the"
                + " state directory away to load all tables");
    }
}
