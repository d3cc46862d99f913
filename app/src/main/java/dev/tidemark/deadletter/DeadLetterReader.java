package dev.tidemark.deadletter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letters of a directory without a lock and without changing anything, so also alongside a running service: a
 * file is read as it was when it was opened, and a line that is being written is left out.
 */
public final class DeadLetterReader {

    private DeadLetterReader() {}

    /**
     * Reads what is pending, file by file, each in the order in which it was written. One document at a time is in memory.
     *
     * @param directory the directory of the dead letters; if it is missing, no entries are pending
     * @param filter selects entries
     * @param limit the max number that are passed to the reader
     * @param reader receives each
     * @return how many are selected, those past the limit included
     * @throws DamagedDeadLettersException if a line cannot be read
     * @throws IOException if the disk cannot be read
     */
    public static long read(Path directory, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long pending = 0;
        for (Path file : files(directory, filter.collection())) {
            pending += readFile(file, filter, Math.max(0, limit - pending), reader);
        }
        return pending;
    }

    /**
     * Returns the dead letter of an id; several only for the empty id, which all rows without an id share.
     *
     * @throws IOException as {@link #read}
     */
    public static List<DeadLetter> find(Path directory, String collection, String id) throws IOException {
        List<DeadLetter> found = new ArrayList<>();
        read(directory, DeadLetterFilter.of(collection), Long.MAX_VALUE, deadLetter -> {
            if (deadLetter.id().equals(id)) {
                found.add(deadLetter);
            }
        });
        return found;
    }

    private static List<Path> files(Path directory, @Nullable String collection) throws IOException {
        if (collection != null) {
            return List.of(directory.resolve(DeadLetterFileName.of(collection)));
        }
        try {
            return DeadLetterDirectory.files(directory, DeadLetterFileName.SUFFIX);
        } catch (NoSuchFileException e) {
            return List.of(); // the service has not run yet
        }
    }

    /** Reads the same open file twice: once for what is pending, once for its documents. */
    private static long readFile(Path file, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            InputStream in = Channels.newInputStream(channel);
            DeadLetterIndex index = DeadLetterIndex.read(in, file);
            boolean known = filter.coversCollections();
            long matching = 0;
            if ((limit > 0 || !known) && !index.pending().isEmpty()) {
                channel.position(0);
                matching = readPending(new LineReader(in), index, filter, limit, reader);
            }
            return known ? index.pending().size() : matching;
        } catch (NoSuchFileException e) {
            return 0; // no such collection, or no document was ever rejected
        }
    }

    /** Reads up to the last pending entry, or to the limit if entries past it need not be counted. Returns how many fit. */
    private static long readPending(
            LineReader lines, DeadLetterIndex index, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long fitting = 0;
        long left = index.pending().size();
        long last = filter.coversCollections() ? limit : Long.MAX_VALUE;
        LineReader.Line line;
        while (left > 0 && fitting < last && (line = lines.next()) != null) {
            if (DeadLetterJson.parse(line.bytes()) instanceof DeadLetterJson.Line.Rejected rejected) {
                DeadLetter deadLetter = rejected.deadLetter();
                DeadLetterIndex.Entry entry = index.pending().get(DeadLetterIndex.slot(deadLetter));
                boolean pending = entry != null && entry.offset() == line.offset();
                left -= pending ? 1 : 0;
                if (pending && filter.fits(deadLetter)) {
                    if (fitting < limit) {
                        reader.accept(deadLetter);
                    }
                    fitting++;
                }
            }
        }
        return fitting;
    }
}
