package dev.tidemark.state;

import java.io.IOException;
import java.nio.file.Path;

/** A state file is whole, as far as can be told, and of a format that this version does not read: it was downgraded. */
public final class OtherFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    OtherFormatException(Path file, String found, String known) {
        super("state file " + file + " was written by another version of Tidemark (its format is " + found
                + ", this version reads " + known + "): start the version that wrote it, or move the"
                + " state directory away to begin with a new snapshot");
    }
}
