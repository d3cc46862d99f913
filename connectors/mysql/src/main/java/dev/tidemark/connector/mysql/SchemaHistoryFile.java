package dev.tidemark.connector.mysql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The schema history beside the offsets: one line for each statement, with a checksum in front of it, appended and on disk
 * before {@link #append} returns. Never rewritten, only removed as a whole when a snapshot begins anew.
 *
 * <p>A process that dies while it appends leaves half a line. Nothing that comes after it in the binlog was stored then, so
 * it is cut off and its statement is read again. Damage anywhere else is told, never mended. One thread at a time.
 */
final class SchemaHistoryFile {

    static final String NAME = "schema-history.jsonl";

    private static final int CHECKSUM_DIGITS = 8;

    private final Path path;

    SchemaHistoryFile(Path path) {
        this.path = path;
    }

    /** The file of a pipeline's state folder. */
    static SchemaHistoryFile in(Path state) {
        return new SchemaHistoryFile(state.resolve(NAME));
    }

    Path path() {
        return path;
    }

    boolean isEmpty() throws IOException {
        return !Files.exists(path) || read().isEmpty();
    }

    /**
     * Everything that was recorded, oldest first; none where the file does not exist.
     *
     * @throws IOException where it cannot be read or is damaged; the message is for the operator
     */
    List<String> read() throws IOException {
        List<String> records = new ArrayList<>();
        if (Files.exists(path)) {
            parse(Files.readAllBytes(path), records);
        }
        return records;
    }

    /** Puts records to the whole ones of the content; returns how many bytes those take. */
    private int parse(byte[] content, List<String> records) throws IOException {
        int from = 0;
        for (int at = 0; at < content.length; at++) {
            if (content[at] == '\n') {
                records.add(record(content, from, at, records.size() + 1));
                from = at + 1;
            }
        }
        return from;
    }

    private String record(byte[] content, int from, int to, int line) throws IOException {
        int text = from + CHECKSUM_DIGITS + 1;
        if (to >= text) {
            byte[] record = Arrays.copyOfRange(content, text, to);
            String checksum = new String(content, from, CHECKSUM_DIGITS, StandardCharsets.US_ASCII);
            if (checksum.equals(checksum(record))) {
                return new String(record, StandardCharsets.UTF_8);
            }
        }
        throw new IOException("line " + line + " of the schema history " + path + " is damaged");
    }

    /** Appends one record; it is on disk when this returns. Where it fails, nothing of the record counts. */
    void append(String record) throws IOException {
        boolean created = !Files.exists(path);
        if (created) {
            Files.createDirectories(path.toAbsolutePath().getParent());
        }
        byte[] text = record.getBytes(StandardCharsets.UTF_8);
        byte[] line = (checksum(text) + " " + record + "\n").getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(
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
            forceFolder();
        }
    }

    /** Cuts off what a dying process left at the end. */
    void mend() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        byte[] content = Files.readAllBytes(path);
        int whole = parse(content, new ArrayList<>());
        if (whole < content.length) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
                channel.force(true);
            }
        }
    }

    /** Removes the history: a snapshot begins it anew. */
    void clear() throws IOException {
        if (Files.deleteIfExists(path)) {
            forceFolder();
        }
    }

    private void forceFolder() throws IOException {
        try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static String checksum(byte[] text) {
        CRC32 crc = new CRC32();
        crc.update(text);
        return String.format("%08x", crc.getValue());
    }
}
