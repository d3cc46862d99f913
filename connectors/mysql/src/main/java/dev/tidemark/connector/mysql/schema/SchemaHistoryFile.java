package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.files.PrivateFiles;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * The schema history alongside the offsets: one line for each statement, with a checksum in front of it, appended and on disk
 * before {@link #append} returns. It is {@linkplain #replace replaced} as one when a position is fixed, and {@linkplain #replaceIfSmaller
 * compacted} when it has grown.
 *
 * <p>A process that dies while it appends leaves half a line. Nothing that comes after it in the binlog was stored then, so it is
 * cut off and its statement is re-read. Damage anywhere else is reported, never repaired. One thread at a time.
 */
public final class SchemaHistoryFile {

    static final String NAME = "schema-history.jsonl";

    private static final int CHECKSUM_DIGITS = 8;
    private static final int BUFFER = 1 << 16;

    private final Path path;

    SchemaHistoryFile(Path path) {
        this.path = path;
    }

    /** Returns the file of a pipeline's state directory. */
    public static SchemaHistoryFile in(Path state) {
        return new SchemaHistoryFile(state.resolve(NAME));
    }

    public Path path() {
        return path;
    }

    boolean isEmpty() throws IOException {
        return !Files.exists(path) || Files.size(path) == 0 || first() == 0;
    }

    /** Returns the size of the file in bytes; 0 if it does not exist. */
    long bytes() throws IOException {
        return Files.exists(path) ? Files.size(path) : 0;
    }

    /**
     * Returns how many records there are; all of them are read and checked.
     *
     * @throws IOException if it cannot be read or is damaged; the message is for the operator
     */
    public int count() throws IOException {
        return scan(record -> true).records();
    }

    /**
     * Hands over everything that was recorded, oldest first, one record at a time (invariant 3: the file may be larger than the heap).
     *
     * @throws IOException if it cannot be read or is damaged; the message is for the operator
     */
    void forEach(Consumer<String> taker) throws IOException {
        scan(record -> {
            taker.accept(record);
            return true;
        });
    }

    private int first() throws IOException {
        return scan(record -> false).records();
    }

    /** Number of records that were read, and of the bytes that they take. */
    private record Scan(int records, long bytes) {}

    /** Reads complete lines until the taker returns false. An incomplete line at the end is ignored. */
    private Scan scan(Predicate<String> taker) throws IOException {
        if (!Files.exists(path)) {
            return new Scan(0, 0);
        }
        int records = 0;
        long bytes = 0;
        Line line = new Line();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                int from = 0;
                for (int at = 0; at < n; at++) {
                    if (buffer[at] == '\n') {
                        line.write(buffer, from, at - from);
                        records++;
                        bytes += line.size() + 1;
                        if (!taker.test(record(line, records))) {
                            return new Scan(records, bytes);
                        }
                        line.reset();
                        from = at + 1;
                    }
                }
                line.write(buffer, from, n - from);
            }
        }
        return new Scan(records, bytes);
    }

    /** The bytes of one line, which are not copied to be looked at. */
    private static final class Line extends ByteArrayOutputStream {

        private String text(int from, int to, Charset charset) {
            return new String(buf, from, to - from, charset);
        }

        private String checksum(int from) {
            CRC32 crc = new CRC32();
            crc.update(buf, from, count - from);
            return SchemaHistoryFile.text(crc);
        }
    }

    private String record(Line line, int number) throws IOException {
        int text = CHECKSUM_DIGITS + 1;
        if (line.size() >= text
                && line.text(0, CHECKSUM_DIGITS, StandardCharsets.US_ASCII).equals(line.checksum(text))) {
            return line.text(text, line.size(), StandardCharsets.UTF_8);
        }
        throw new DamagedHistoryException("line " + number + " of " + path + " is damaged");
    }

    /** Appends one record; it is on disk when this returns. If it fails, nothing of the record counts. */
    void append(String record) throws IOException {
        boolean created = !Files.exists(path);
        if (created) {
            PrivateFiles.createDirectoryOf(path);
        }
        byte[] line = line(record);
        try (FileChannel channel = PrivateFiles.open(
                path, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            long end = channel.size();
            try {
                ByteBuffer buffer = ByteBuffer.wrap(line);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            } catch (IOException e) {
                channel.truncate(end); // a full disk: half a line must not stand in front of the next one
                throw e;
            }
        }
        if (created) {
            forceDirectory();
        }
    }

    /** Cuts off what a dying process left at the end. */
    void repair() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        long intact = scan(record -> true).bytes();
        if (intact < Files.size(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(intact);
                channel.force(true);
            }
        }
    }

    /** Hands records over, of which a new file is made. */
    @FunctionalInterface
    interface Records {
        void forEach(Consumer<String> record) throws IOException;
    }

    /**
     * Puts others in place of the records, if that makes the file less than half as large. The file is the old or the new one at any
     * moment, and the new one is on disk when this returns.
     *
     * @return whether that was done
     */
    boolean replaceIfSmaller(Records records) throws IOException {
        long before = Files.size(path);
        Path temporary = written(records);
        if (Files.size(temporary) > before / 2) {
            Files.deleteIfExists(temporary);
            return false;
        }
        put(temporary);
        return true;
    }

    /**
     * Puts others in place of the records, if any. The file is the old or the new one at any moment, and the new one is on disk when this
     * returns.
     */
    void replace(Records records) throws IOException {
        if (!Files.exists(path)) {
            PrivateFiles.createDirectoryOf(path);
        }
        put(written(records));
    }

    private Path written(Records records) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
        try (FileChannel channel = PrivateFiles.open(
                temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            try (OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
                records.forEach(record -> write(out, record));
                out.flush();
                channel.force(true);
            }
        } catch (UncheckedIOException e) {
            Files.deleteIfExists(temporary);
            throw e.getCause();
        }
        return temporary;
    }

    private void put(Path temporary) throws IOException {
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
    }

    private static void write(OutputStream out, String record) {
        try {
            out.write(line(record));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the file. */
    public void clear() throws IOException {
        if (Files.deleteIfExists(path)) {
            forceDirectory();
        }
    }

    private void forceDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static byte[] line(String record) {
        byte[] text = record.getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(text);
        byte[] checksum = (text(crc) + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] line = Arrays.copyOf(checksum, checksum.length + text.length + 1);
        System.arraycopy(text, 0, line, checksum.length, text.length);
        line[line.length - 1] = '\n';
        return line;
    }

    private static String text(CRC32 crc) {
        return String.format("%08x", crc.getValue());
    }
}
