package dev.tidemark.deadletter;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * The pending entries of a file that is in use, in the order of their lines. It reads the file as it was when it was opened; a
 * compaction since then leaves that as it is. One thread.
 */
final class DeadLetterLines implements Closeable {

    private final DeadLetterFile file;
    private final InputStream in;
    private final LineReader lines;
    private final int moves;
    private final long end;
    private long left;

    private DeadLetterLines(DeadLetterFile file, InputStream in) {
        this.file = file;
        this.in = in;
        this.lines = new LineReader(in);
        this.moves = file.moves();
        this.end = file.length();
        this.left = file.pending().size();
    }

    /** Opens the entries of a file; the caller ensures that the file is neither written nor moved during the call. */
    static DeadLetterLines open(DeadLetterFile file) throws IOException {
        return new DeadLetterLines(file, Files.newInputStream(file.path()));
    }

    /** Returns the next one that is still pending, null at the end. */
    @Nullable
    DeadLetter next() throws IOException {
        LineReader.Line line;
        while (left > 0 && (line = lines.next()) != null && line.offset() < end) {
            if (DeadLetterJson.parse(line.bytes()) instanceof DeadLetterJson.Line.Rejected rejected) {
                DeadLetter deadLetter = rejected.deadLetter();
                DeadLetterIndex.Entry entry = file.pending().get(DeadLetterIndex.slot(deadLetter));
                if (entry != null && isIn(entry, line, deadLetter)) {
                    left -= file.moves() == moves ? 1 : 0;
                    return deadLetter;
                }
            }
        }
        return null;
    }

    /**
     * Returns whether the entry is that of the line. If lines were moved since, offsets cannot be compared: then positions
     * are, and an entry that was tried again may be returned twice.
     */
    private boolean isIn(DeadLetterIndex.Entry entry, LineReader.Line line, DeadLetter deadLetter) {
        return file.moves() == moves ? entry.offset() == line.offset() : entry.position() == deadLetter.position();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
