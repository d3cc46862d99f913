package dev.tidemark.connector.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files and directories for their owner only (0600, 0700), since they contain data of rows. They have these permissions
 * from their creation on, and a umask can only remove some. Existing files keep theirs. On file systems without POSIX permissions
 * they are created as usual. Thread-safe.
 * Upholds invariant 8.
 */
public final class PrivateFiles {

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Creates a directory and its missing parents, if it does not exist. */
    public static void createDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(directory, DIRECTORY));
        }
    }

    /** Creates the directory of a file, and its missing parents, if it does not exist. */
    public static void createDirectoryOf(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            createDirectories(directory);
        }
    }

    /** Opens a file, which is created private if the options say that it is created. The caller closes it. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), attributes(file, FILE));
    }

    /** Opens a file for reading and writing, and creates it if it does not exist. The caller closes it. */
    public static RandomAccessFile openRandomAccess(Path file) throws IOException {
        open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close(); // RandomAccessFile takes no permissions
        return new RandomAccessFile(file.toFile(), "rw");
    }

    /** Returns whether the file system of the path has POSIX permissions. */
    static boolean hasPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return hasPermissions(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
