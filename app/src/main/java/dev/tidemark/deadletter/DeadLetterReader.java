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
 * Reads the dead letters of a folder without a lock and without changing anything, so also beside a running service: a
 * file is read as it was when it was opened, and a line that is being written is left out.
 */
public final class DeadLetterReader {

    private DeadLetterReader() {}

    /**
     * Reads what is pending, file by file, each in the order in which it was written. One document at a time is in memory.
     *
     * @param folder the folder of the dead letters; where it is missing, there are none
     * @param collection the only collection to read, null for all
     * @param limit how many go to the reader at most
     * @param reader called for each
     * @return how many are pending, those past the limit included
     * @throws DamagedDeadLettersException where a line cannot be read
     * @throws IOException where the disk cannot be read
     */
    public static long read(Path folder, @Nullable String collection, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long pending = 0;
        for (Path file : files(folder, collection)) {
            pending += readFile(file, Math.max(0, limit - pending), reader);
        }
        return pending;
    }

    /**
     * The dead letter of an id; several only for the empty id, as rows that yield none have that in common.
     *
     * @throws IOException as {@link #read}
     */
    public static List<DeadLetter> find(Path folder, String collection, String id) throws IOException {
        List<DeadLetter> found = new ArrayList<>();
        read(folder, collection, Long.MAX_VALUE, letter -> {
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

    /** Twice through the same open file: once for what is pending, once for its documents. */
    private static long readFile(Path file, long limit, Consumer<DeadLetter> reader) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            InputStream in = Channels.newInputStream(channel);
            LetterIndex index = LetterIndex.read(in, file);
            if (limit > 0 && !index.pending().isEmpty()) {
                channel.position(0);
                readPending(new LineReader(in), index, limit, reader);
            }
            return index.pending().size();
        } catch (NoSuchFileException e) {
            return 0; // no such collection, or nothing was ever refused
        }
    }

    private static void readPending(LineReader lines, LetterIndex index, long limit, Consumer<DeadLetter> reader)
            throws IOException {
        long left = Math.min(limit, index.pending().size());
        LineReader.Line line;
        while (left > 0 && (line = lines.next()) != null) {
            if (LetterJson.parse(line.bytes()) instanceof LetterJson.Line.Refused refused) {
                DeadLetter letter = refused.letter();
                LetterIndex.Entry entry = index.pending().get(LetterIndex.slot(letter));
                if (entry != null && entry.offset() == line.offset()) {
                    reader.accept(letter);
                    left--;
                }
            }
        }
    }
}
