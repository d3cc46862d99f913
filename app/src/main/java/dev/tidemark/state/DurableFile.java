package dev.tidemark.state;

import dev.tidemark.connector.files.PrivateFiles;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced completely or not at all: temporary file, fsync, atomic rename, fsync of the directory. Its
 * first line names the format and contains a checksum of the content, so that damage is noticed and never read as "nothing". A
 * file named {@code .json} is a JSON object, with the content under a key.
 */
public final class DurableFile {

    /** The first line is the format's name and the checksum; what follows is the content. Earlier versions wrote JSON so, too. */
    private static final String TEXT = "tidemark-1";

    /** The file is a JSON object; the content begins on its second line. */
    private static final String JSON = "tidemark-2";

    private static final String JSON_END = "\n}\n";
    private static final Pattern ANY_FORMAT =
            Pattern.compile("(?:\\{\"format\":\")?(tidemark-\\d{1,9})[ \"].*", Pattern.DOTALL);

    private final Path file;
    private final String format;

    public DurableFile(Path file) {
        this(file, JSON);
    }

    private DurableFile(Path file, String format) {
        this.file = file;
        this.format = format;
    }

    /**
     * Returns a file named {@code .json} whose content versions before do not understand: they reject it by its format. It is read
     * in the earlier formats, too.
     *
     * @param format above 2
     */
    public static DurableFile inFormat(int format, Path file) {
        return new DurableFile(file, "tidemark-" + format);
    }

    /** Replaces the content; when this returns, it survives a loss of power. One thread at a time. */
    public void write(String content) throws IOException {
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        boolean json = String.valueOf(file.getFileName()).endsWith(".json");
        byte[] head = ((json ? jsonHead(format, body) : TEXT + " " + checksum(body)) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        Path temporary = temporary();
        try (FileChannel channel = PrivateFiles.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, ByteBuffer.wrap(head));
            writeFully(channel, ByteBuffer.wrap(body));
            writeFully(channel, ByteBuffer.wrap((json ? JSON_END : "").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        } catch (FileSystemException e) {
            throw e; // names the file
        } catch (IOException e) {
            throw new IOException(temporary + ": " + e.getMessage(), e); // a full disk names none
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory();
    }

    /**
     * Returns the content, or nothing if the file does not exist.
     *
     * @throws DamagedFileException if the file exists and is not what was written
     * @throws OtherFormatException if another version of Tidemark wrote it in a format of its own
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
        byte[] rest = Arrays.copyOfRange(bytes, start, bytes.length);
        if (head.equals(TEXT + " " + checksum(rest))) {
            return Optional.of(new String(rest, StandardCharsets.UTF_8));
        }
        int length = rest.length - JSON_END.length();
        if (length >= 0 && new String(rest, length, JSON_END.length(), StandardCharsets.ISO_8859_1).equals(JSON_END)) {
            byte[] body = Arrays.copyOf(rest, length);
            if (head.equals(jsonHead(format, body)) || head.equals(jsonHead(JSON, body))) {
                return Optional.of(new String(body, StandardCharsets.UTF_8));
            }
        }
        Matcher other = ANY_FORMAT.matcher(head);
        if (other.matches() && !List.of(TEXT, JSON, format).contains(other.group(1))) {
            throw new OtherFormatException(file, other.group(1), format);
        }
        throw new DamagedFileException(file, bytes.length);
    }

    private static String jsonHead(String format, byte[] body) {
        return "{\"format\":\"" + format + "\",\"checksum\":\"" + checksum(body) + "\",\"content\":";
    }

    /**
     * Returns the path of the file that a process leaves if it is killed while it writes: of no meaning, and replaced by the next
     * write.
     */
    public Path temporary() {
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    /** Removes the file; durable when this returns. */
    public void delete() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(temporary());
        syncDirectory();
    }

    public Path path() {
        return file;
    }

    private void syncDirectory() throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
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
