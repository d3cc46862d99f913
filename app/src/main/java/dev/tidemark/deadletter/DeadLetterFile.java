package dev.tidemark.deadletter;

import dev.tidemark.connector.files.PrivateFiles;
import dev.tidemark.deadletter.DeadLetterIndex.Entry;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The file of one collection and the index of what is pending in it.
 *
 * <p>A write has three steps, so that several files can take it together: {@link #write}, {@link #sync}, and
 * {@link #keep} or {@link #resolved}, which make it count. Until then {@link #rollBack} undoes it.
 *
 * <p>One thread writes; any may query what is pending.
 *
 * <p>A RandomAccessFile, not a FileChannel: an interrupt would close the channel under the flush thread at a stop.
 */
final class DeadLetterFile implements Closeable {

    static final String TEMPORARY = ".tmp";

    private final Path path;
    private final PendingEntries pending;
    private RandomAccessFile file;
    private long length; // what counts; bytes past it are the rest of a write that failed
    private final AtomicInteger moves = new AtomicInteger();

    private DeadLetterFile(Path path, RandomAccessFile file, PendingEntries pending, long length) {
        this.path = path;
        this.file = file;
        this.pending = pending;
        this.length = length;
    }

    /** Creates an empty file; the caller syncs the directory. */
    static DeadLetterFile create(Path path) throws IOException {
        return new DeadLetterFile(path, PrivateFiles.openRandomAccess(path), new PendingEntries(), 0);
    }

    /** Reads the file's index; the caller has the collection from it. */
    static DeadLetterIndex index(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return DeadLetterIndex.read(in, path);
        }
    }

    /** Opens a file whose index was read, cutting off what a crash left after its last complete line. */
    static DeadLetterFile open(Path path, DeadLetterIndex index) throws IOException {
        DeadLetterFile opened =
                new DeadLetterFile(path, PrivateFiles.openRandomAccess(path), index.pending(), index.intactBytes());
        try {
            opened.cutBack();
            // Complete lines may have survived a killed process without having reached the disk: from here on they
            // count.
            opened.sync();
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Returns the pending entries by {@linkplain DeadLetterIndex#slot slot}; the caller must not change them. */
    PendingEntries pending() {
        return pending;
    }

    long length() {
        return length;
    }

    /** Returns the number of bytes that a compaction would free. */
    long deadBytes() {
        return length - pending.bytes();
    }

    /** Returns the line of a pending entry, without its newline. Only while no other thread writes. */
    byte[] line(Entry entry) throws IOException {
        byte[] line = new byte[entry.length() - 1];
        file.seek(entry.offset());
        file.readFully(line);
        return line;
    }

    /** Writes after the bytes that count. */
    void write(byte[] bytes) throws IOException {
        try {
            cutBack();
            file.seek(length);
            file.write(bytes);
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e); // a full disk names no file
        }
    }

    /** Makes what was written durable. */
    void sync() throws IOException {
        file.getFD().sync();
    }

    private void cutBack() throws IOException {
        if (file.length() > length) {
            file.setLength(length);
        }
    }

    /** Undoes what was written and does not count; if even that fails, the next write does it first. */
    void rollBack(Exception cause) {
        try {
            cutBack();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Makes the lines that were written and synced count from now on. */
    void keep(List<NewDeadLetters.Line> lines) {
        for (NewDeadLetters.Line line : lines) {
            Entry entry = new Entry(line.position(), length, line.length());
            pending.put(line.slot(), entry);
            length += entry.length();
        }
    }

    /** Makes the line that resolves these ids count from now on, after it was written and synced. */
    void resolved(Collection<String> ids, int lineLength) {
        length += lineLength;
        ids.forEach(pending::remove);
    }

    /**
     * Rewrites the file with only its pending lines, in their order. A crash leaves the old file or the new one, which have
     * the same pending entries. If this fails, the old file stays in use. The caller syncs the directory before anything
     * more is acknowledged: otherwise a crash could bring back the old file without it.
     */
    void compact() throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        Files.deleteIfExists(temporary);
        RandomAccessFile fresh = PrivateFiles.openRandomAccess(temporary);
        long[] from = pending.offsets();
        long[] to;
        try {
            to = copy(from, fresh);
            fresh.getFD().sync();
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            fresh.close();
            Files.deleteIfExists(temporary);
            throw e;
        }
        RandomAccessFile old = file;
        file = fresh;
        moves.incrementAndGet();
        pending.move(from, to);
        length = pending.bytes();
        old.close();
    }

    /** Copies the lines that begin at these offsets; returns their new offsets. */
    private long[] copy(long[] offsets, RandomAccessFile fresh) throws IOException {
        long[] moved = new long[offsets.length];
        long offset = 0;
        int next = 0;
        OutputStream out = new BufferedOutputStream(new FileOutputStream(fresh.getFD()), 1 << 16);
        try (InputStream in = Files.newInputStream(path)) {
            LineReader lines = new LineReader(in);
            LineReader.Line line;
            while (next < offsets.length && (line = lines.next()) != null) {
                if (line.offset() == offsets[next]) {
                    out.write(line.bytes());
                    out.write('\n');
                    moved[next++] = offset;
                    offset += line.length();
                }
            }
        }
        if (next < offsets.length) {
            throw new IOException(path + " is shorter than what was written to it");
        }
        out.flush();
        return moved;
    }

    /** Returns how often its lines were moved. */
    int moves() {
        return moves.get();
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
