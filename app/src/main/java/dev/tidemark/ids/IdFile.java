package dev.tidemark.ids;

import dev.tidemark.connector.files.PrivateFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A list of document ids on disk, so that memory stays bounded for any number of ids (invariant 3). It ends with a checksum: a
 * list that was cut off or damaged is never read as a shorter one.
 */
public final class IdFile {

    private static final int MAGIC = 0x54494431;
    private static final int END = -1;
    private static final int LONGEST = 1 << 24;

    private IdFile() {}

    /** Action that is done with each id. */
    @FunctionalInterface
    public interface Each {
        void accept(String id) throws IOException;
    }

    /** Writes a list, its head first. One thread. */
    public static final class Writer implements Closeable {
        private final FileChannel channel;
        private final CheckedOutputStream checked;
        private final DataOutputStream out;

        public Writer(Path file, String head) throws IOException {
            channel = PrivateFiles.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            checked = new CheckedOutputStream(
                    new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel), 1 << 16),
                    new CRC32C());
            out = new DataOutputStream(checked);
            out.writeInt(MAGIC);
            add(head);
        }

        public void add(String id) throws IOException {
            byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        /** Ends the list; it survives a loss of power when this returns. */
        public void finish() throws IOException {
            out.writeInt(END);
            out.flush();
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Reads the head of a list without its ids. */
    public static String head(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return begin(file, in);
        }
    }

    /**
     * Reads a list.
     *
     * @throws IOException if it is damaged; no id is handed over then
     */
    public static void read(Path file, Each each) throws IOException {
        pass(file, id -> {});
        pass(file, each);
    }

    private static void pass(Path file, Each each) throws IOException {
        CheckedInputStream checked =
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32C());
        try (DataInputStream in = new DataInputStream(checked)) {
            begin(file, in);
            for (int length = in.readInt(); length != END; length = in.readInt()) {
                each.accept(text(file, in, length));
            }
            long sum = checked.getChecksum().getValue();
            if (in.readLong() != sum) {
                throw damaged(file);
            }
        } catch (EOFException e) {
            throw damaged(file);
        }
    }

    private static String begin(Path file, DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw damaged(file);
        }
        return text(file, in, in.readInt());
    }

    private static String text(Path file, DataInputStream in, int length) throws IOException {
        if (length < 0 || length > LONGEST) {
            throw damaged(file);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static IOException damaged(Path file) {
        return new IOException(
                file + " is not what was written: nothing of this list is deleted; abandon its approval");
    }
}
