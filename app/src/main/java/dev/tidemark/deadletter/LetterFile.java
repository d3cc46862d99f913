package dev.tidemark.deadletter;

import dev.tidemark.deadletter.LetterIndex.Entry;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The file of one collection and the index of what is pending in it.
 *
 * <p>A write has three steps, so that several files can take it together: {@link #write}, {@link #sync}, and
 * {@link #keep} or {@link #settled}, which make it count. Until then {@link #rollBack} undoes it.
 *
 * <p>One thread writes; any may ask what is pending.
 *
 * <p>A RandomAccessFile, not a FileChannel: an interrupt would close the channel under the flush thread at a stop.
 */
final class LetterFile implements Closeable {

    static final String TEMPORARY = ".tmp";

    private final Path path;
    private final Map<String, Entry> pending;
    private RandomAccessFile file;
    private long length; // what counts; bytes past it are the rest of a write that failed
    private long liveBytes;

    private LetterFile(Path path, RandomAccessFile file, Map<String, Entry> pending, long length) {
        this.path = path;
        this.file = file;
        this.pending = new ConcurrentHashMap<>(pending);
        this.length = length;
        this.liveBytes = pending.values().stream().mapToLong(Entry::length).sum();
    }

    /** Makes an empty file; the caller syncs the folder. */
    static LetterFile create(Path path) throws IOException {
        return new LetterFile(path, new RandomAccessFile(path.toFile(), "rw"), Map.of(), 0);
    }

    /** Reads the file's index; the caller has the collection from it. */
    static LetterIndex index(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return LetterIndex.read(in, path);
        }
    }

    /** Opens a file whose index was read, cutting off what a crash left behind its last whole line. */
    static LetterFile open(Path path, LetterIndex index) throws IOException {
        LetterFile opened =
                new LetterFile(path, new RandomAccessFile(path.toFile(), "rw"), index.pending(), index.intactBytes());
        try {
            opened.cutBack();
            // Whole lines may have survived a killed process without having reached the disk: from here on they count.
            opened.sync();
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Pending entries by {@linkplain LetterIndex#slot slot}, to be read only. */
    Map<String, Entry> pending() {
        return pending;
    }

    long length() {
        return length;
    }

    /** Bytes that a compaction would free. */
    long deadBytes() {
        return length - liveBytes;
    }

    /** Writes behind what counts. */
    void write(byte[] bytes) throws IOException {
        cutBack();
        file.seek(length);
        file.write(bytes);
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

    /** Undoes what was written and does not count; where even that fails, the next write does it first. */
    void rollBack(Exception cause) {
        try {
            cutBack();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The lines that were written and synced count from now on. */
    void keep(List<NewLetters.Line> lines) {
        for (NewLetters.Line line : lines) {
            Entry entry = new Entry(line.position(), length, line.length());
            Entry superseded = pending.put(line.slot(), entry);
            liveBytes += entry.length() - (superseded == null ? 0 : superseded.length());
            length += entry.length();
        }
    }

    /** The settle line that was written and synced counts from now on. */
    void settled(Collection<String> ids, int lineLength) {
        length += lineLength;
        for (String id : ids) {
            Entry entry = pending.remove(id);
            liveBytes -= entry == null ? 0 : entry.length();
        }
    }

    /**
     * Rewrites the file with nothing but its pending lines, in their order. A crash leaves the old file or the new one,
     * which say the same. Where this fails the old file stays in use. The caller syncs the folder before anything more
     * is acknowledged: else a crash could bring back the old file without it.
     */
    void compact() throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        Files.deleteIfExists(temporary);
        RandomAccessFile fresh = new RandomAccessFile(temporary.toFile(), "rw");
        Map<String, Entry> moved;
        try {
            moved = copyPending(fresh);
            fresh.getFD().sync();
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            fresh.close();
            Files.deleteIfExists(temporary);
            throw e;
        }
        RandomAccessFile old = file;
        file = fresh;
        pending.putAll(moved);
        length = liveBytes;
        old.close();
    }

    private Map<String, Entry> copyPending(RandomAccessFile fresh) throws IOException {
        List<Map.Entry<String, Entry>> inOrder = pending.entrySet().stream()
                .sorted(Comparator.comparingLong(each -> each.getValue().offset()))
                .toList();
        Map<String, Entry> moved = new LinkedHashMap<>();
        long offset = 0;
        OutputStream out = new BufferedOutputStream(new FileOutputStream(fresh.getFD()), 1 << 16);
        for (Map.Entry<String, Entry> each : inOrder) {
            Entry entry = each.getValue();
            byte[] line = new byte[entry.length()];
            file.seek(entry.offset());
            file.readFully(line);
            out.write(line);
            moved.put(each.getKey(), new Entry(entry.position(), offset, entry.length()));
            offset += entry.length();
        }
        out.flush();
        return moved;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
