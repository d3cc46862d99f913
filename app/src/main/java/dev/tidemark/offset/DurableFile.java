package dev.tidemark.offset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced as a whole or not at all: temporary file, fsync, atomic rename, fsync of the folder. Its
 * first line names the format and carries a checksum of the rest, so that damage is noticed and never read as "nothing".
 */
public final class DurableFile {

    private static final String FORMAT = "tidemark-1";
    private static final Pattern ANY_FORMAT = Pattern.compile("(tidemark-\\d{1,9}) .*");

    private final Path file;

    public DurableFile(Path file) {
        this.file = file;
    }

    /** Replaces the content; when this returns, it survives a loss of power. One thread at a time. */
    public void write(String content) throws IOException {
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        byte[] head = (FORMAT + " " + checksum(body) + "\n").getBytes(StandardCharsets.US_ASCII);
        Path temporary = temporary();
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, ByteBuffer.wrap(head));
            writeFully(channel, ByteBuffer.wrap(body));
            channel.force(true);
        } catch (FileSystemException e) {
            throw e; // names the file
        } catch (IOException e) {
            throw new IOException(temporary + ": " + e.getMessage(), e); // a full disk names none
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    /**
     * The content, or nothing where the file does not exist.
     *
     * @throws DamagedFileException where the file is there and is not what was written
     * @throws OtherFormatException where another version of Tidemark wrote it in a format of its own
     */
    public Optional<String> read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        String head = new String(bytes, 0, end, StandardCharsets.UTF_8);
        int start = Math.min(bytes.length, end + 1);
        byte[] body = java.util.Arrays.copyOfRange(bytes, start, bytes.length);
        if (!head.equals(FORMAT + " " + checksum(body))) {
            Matcher other = ANY_FORMAT.matcher(head);
            if (other.matches() && !FORMAT.equals(other.group(1))) {
                throw new OtherFormatException(file, other.group(1), FORMAT);
            }
            throw new DamagedFileException(file, bytes.length);
        }
        return Optional.of(new String(body, StandardCharsets.UTF_8));
    }

    /** What a process leaves that is killed while it writes: of no meaning, and replaced by the next write. */
    public Path temporary() {
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    /** Removes the file; durable when this returns. */
    public void delete() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(temporary());
        syncFolder();
    }

    public Path path() {
        return file;
    }

    private void syncFolder() throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String checksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return String.format("%08x", crc.getValue());
    }
}
