package dev.tidemark.deadletter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Content of a dead-letter file, without the documents.
 *
 * @param collection the collection of the file; null if no full line contains it
 * @param pending the location of the last line of each pending entry, by {@link #slot}
 * @param intactBytes the length up to the last full line
 * @param tornBytes the length after it: the rest of a write that a crash cut off
 */
record DeadLetterIndex(@Nullable String collection, PendingEntries pending, long intactBytes, long tornBytes) {

    /**
     * A pending entry.
     *
     * @param position its position in the source
     * @param offset the start of its line in the file, in bytes
     * @param length the line's bytes, with the newline
     */
    record Entry(long position, long offset, int length) {}

    /** No text of a database begins with a NUL, so no id can be taken for one of these. */
    private static final String NO_ID = "\0";

    /**
     * Returns the slot that an entry is pending under. An id has one entry, the newest. Rows that yield no id are
     * distinguished by their key, and without a key by their content: otherwise one would replace the other, which would be
     * lost.
     */
    static String slot(DeadLetter deadLetter) {
        if (!deadLetter.id().isEmpty()) {
            return deadLetter.id();
        }
        if (!deadLetter.key().isEmpty()) {
            return slotOfKey(deadLetter.table(), deadLetter.key());
        }
        UUID digest = UUID.nameUUIDFromBytes(deadLetter.document().getBytes(StandardCharsets.UTF_8));
        return NO_ID + "row " + deadLetter.position() + " " + digest;
    }

    /** Returns the slot of a row without an id. It includes the table: several may feed the collection, with rows of one key. */
    static String slotOfKey(String table, String key) {
        return NO_ID + "key " + table + " " + key;
    }

    /**
     * Reads a file from its beginning.
     *
     * @param file its name, for messages
     * @throws DamagedDeadLettersException if a line before the last is not ours: only the last can be torn by a crash
     */
    static DeadLetterIndex read(InputStream in, Path file) throws IOException {
        LineReader lines = new LineReader(in);
        PendingEntries pending = new PendingEntries();
        String collection = null;
        long number = 0;
        long intact = 0;
        LineReader.Line line;
        while ((line = lines.next()) != null) {
            number++;
            DeadLetterJson.Line said;
            try {
                said = parse(line);
            } catch (IOException e) {
                if (lines.next() != null) {
                    throw new DamagedDeadLettersException(file, number, reason(e));
                }
                // Invariant 1: what was cut off while it was written was never acknowledged, so its offset was never
                // committed and the source sends it again.
                return new DeadLetterIndex(collection, pending, intact, line.length());
            }
            intact += line.length();
            if (said instanceof DeadLetterJson.Line.Resolved resolved) {
                resolved.ids().forEach(pending::remove);
            } else if (said instanceof DeadLetterJson.Line.Rejected rejected) {
                DeadLetter deadLetter = rejected.deadLetter();
                collection = sameCollection(collection, deadLetter.collection(), file, number);
                pending.put(slot(deadLetter), new Entry(deadLetter.position(), line.offset(), line.length()));
            }
        }
        return new DeadLetterIndex(collection, pending, intact, 0);
    }

    private static DeadLetterJson.Line parse(LineReader.Line line) throws IOException {
        if (!line.ended()) {
            throw new IOException("no newline at the end");
        }
        return DeadLetterJson.parse(line.bytes());
    }

    private static String sameCollection(@Nullable String before, String now, Path file, long line)
            throws DamagedDeadLettersException {
        if (!now.equals(before) && !file.endsWith(DeadLetterFileName.of(now))) {
            throw new DamagedDeadLettersException(
                    file,
                    line,
                    "it belongs to collection \"" + now + "\", whose file is " + DeadLetterFileName.of(now));
        }
        return now;
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
