package dev.tidemark.deadletter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines as bytes, each with its offset in the file, which no reader of the JDK reports. For one thread. */
final class LineReader {

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;
    private long position;

    LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * A line.
     *
     * @param offset its start in the file, in bytes
     * @param bytes its bytes, without the newline
     * @param ended whether a newline ends it
     */
    record Line(long offset, byte[] bytes, boolean ended) {
        /** Returns the number of its bytes in the file, with the newline. */
        int length() {
            return bytes.length + (ended ? 1 : 0);
        }
    }

    /** Returns the next line, null at the end. */
    @Nullable
    Line next() throws IOException {
        long offset = position;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (from < to || fill()) {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, from, end - from);
            position += end - from;
            from = end;
            if (end < to) {
                from++;
                position++;
                return new Line(offset, line.toByteArray(), true);
            }
        }
        return line.size() == 0 ? null : new Line(offset, line.toByteArray(), false);
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer));
        return to > 0;
    }
}
