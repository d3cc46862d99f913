package dev.tidemark.verify.hash;

import dev.tidemark.connector.files.PrivateFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of a comparison on disk: the hashes of its documents, split into parts by the hash of collection and id, so that the two
 * sides are compared a part at a time (invariant 3). One thread.
 */
public final class HashFiles implements Closeable {

    private static final int BUFFER = 1 << 13;
    /** Backups leave files of this name out. */
    private static final String SUFFIX = ".tmp";

    private final Path directory;
    private final String name;
    private final int parts;
    private final List<@Nullable DataOutputStream> writers = new ArrayList<>();
    private final long[] counts;

    /**
     * A document.
     *
     * @param id the hash of its collection and its id
     * @param content the hash of its content; {@link Content#NONE} if there is none
     * @param place the number of its place
     */
    public record Hashed(long id, long content, int place, String text) {}

    /** Takes documents. */
    @FunctionalInterface
    public interface Each {
        void accept(Hashed document) throws IOException;
    }

    /** @param name of the side, in the names of its files */
    public HashFiles(Path directory, String name, int parts) {
        this.directory = directory;
        this.name = name;
        this.parts = parts;
        this.counts = new long[parts];
        for (int i = 0; i < parts; i++) {
            writers.add(null);
        }
    }

    /** Deletes what a process that was killed left in a directory. */
    public static void clear(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Returns the hash of a document's collection and id. */
    public static long hash(String collection, String id) {
        return Hash.of(Hash.of(collection), id);
    }

    private int part(long id) {
        return (int) Long.remainderUnsigned(id, parts);
    }

    private Path file(int part) {
        return directory.resolve(name + "-" + part + SUFFIX);
    }

    public void add(long id, long content, int place, String text) throws IOException {
        int part = part(id);
        DataOutputStream out = writers.get(part);
        if (out == null) {
            PrivateFiles.createDirectories(directory);
            out = new DataOutputStream(new BufferedOutputStream(
                    Channels.newOutputStream(PrivateFiles.open(
                            file(part),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)),
                    BUFFER));
            writers.set(part, out);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeLong(id);
        out.writeLong(content);
        out.writeInt(place);
        out.writeInt(bytes.length);
        out.write(bytes);
        counts[part]++;
    }

    /** Ends the writing. */
    public void finish() throws IOException {
        for (int i = 0; i < parts; i++) {
            DataOutputStream out = writers.get(i);
            if (out != null) {
                out.close();
                writers.set(i, null);
            }
        }
    }

    long count(int part) {
        return counts[part];
    }

    long count() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Hands over the documents of a part, in the order in which they came. */
    void read(int part, Each each) throws IOException {
        if (counts[part] == 0) {
            return;
        }
        long left = counts[part];
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file(part)), 1 << 16))) {
            for (; left > 0; left--) {
                long id = in.readLong();
                long content = in.readLong();
                int place = in.readInt();
                byte[] bytes = new byte[in.readInt()];
                in.readFully(bytes);
                each.accept(new Hashed(id, content, place, new String(bytes, StandardCharsets.UTF_8)));
            }
        } catch (EOFException e) {
            throw new IOException(file(part) + " was cut off: is the disk of the state directory full?", e);
        }
    }

    @Override
    public void close() throws IOException {
        finish();
        for (int i = 0; i < parts; i++) {
            Files.deleteIfExists(file(i));
        }
    }
}
