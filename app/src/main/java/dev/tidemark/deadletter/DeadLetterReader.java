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
     * @param folder the directory of the dead letters; if it is missing, no entries are pending
     * @param filter selects entries
     * @param limit the max number that are passed to the reader
     * @param reader receives each
     * @return how many are selected, those past the limit included
     * @throws DamagedDeadLettersException if a line cannot be read
     * @throws IOException if the disk cannot be read
     */
    public static long read(Path folder, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long pending = 0;
        for (Path file : files(folder, filter.collection())) {
            pending += readFile(file, filter, Math.max(0, limit - pending), reader);
        }
        return pending;
    }

    /**
     * Returns the dead letter of an id; several only for the empty id, which all rows without an id share.
     *
     * @throws IOException as {@link #read}
     */
    public static List<DeadLetter> find(Path folder, String collection, String id) throws IOException {
        List<DeadLetter> found = new ArrayList<>();
        read(folder, DeadLetterFilter.of(collection), Long.MAX_VALUE, letter -> {
            if (letter.id().equals(id)) {
                found.add(letter);
            }
        });
        return found;
    }

    private static List<Path> files(Path folder, @Nullable String collection) throws IOException {
        if (collection != null) {
            return List.of(folder.resolve(LetterFileName.of(collection)));
        }
        try {
            return LetterFolder.files(folder, LetterFileName.SUFFIX);
        } catch (NoSuchFileException e) {
            return List.of(); // the service has not run yet
        }
    }

    /** Reads the same open file twice: once for what is pending, once for its documents. */
    private static long readFile(Path file, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            InputStream in = Channels.newInputStream(channel);
            LetterIndex index = LetterIndex.read(in, file);
            boolean known = filter.isWholeCollections();
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
            LineReader lines, LetterIndex index, DeadLetterFilter filter, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long fitting = 0;
        long left = index.pending().size();
        long last = filter.isWholeCollections() ? limit : Long.MAX_VALUE;
        LineReader.Line line;
        while (left > 0 && fitting < last && (line = lines.next()) != null) {
            if (LetterJson.parse(line.bytes()) instanceof LetterJson.Line.Refused refused) {
                DeadLetter letter = refused.letter();
                LetterIndex.Entry entry = index.pending().get(LetterIndex.slot(letter));
                boolean pending = entry != null && entry.offset() == line.offset();
                left -= pending ? 1 : 0;
                if (pending && filter.fits(letter)) {
                    if (fitting < limit) {
                        reader.accept(letter);
                    }
                    fitting++;
                }
            }
        }
        return fitting;
    }
}
