package dev.tidemark.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Directories of servers: private to this user, deleted completely. */
public final class Directories {

    /** A file system in memory, on which a sync costs nothing; what was written outlives a kill of a process all the same. */
    private static final Path MEMORY = Path.of("/dev/shm");
    /** In a container it often has 64 MB. */
    private static final long ENOUGH = 8L << 30;

    private Directories() {}

    /**
     * Creates a directory; with {@code -Dtidemark.tests.memory=true}, which the build sets for tests, in memory if there is a file
     * system with enough room.
     */
    public static Path temporary(String prefix) {
        try {
            return Boolean.getBoolean("tidemark.tests.memory") && hasRoom(MEMORY)
                    ? Files.createTempDirectory(MEMORY, prefix)
                    : Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create a temporary directory for " + prefix, e);
        }
    }

    private static boolean hasRoom(Path directory) throws IOException {
        return Files.isWritable(directory) && Files.getFileStore(directory).getUsableSpace() > ENOUGH;
    }

    /** Deletes the directory and all in it; a file that vanishes meanwhile is not an error. */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + directory, e);
        }
    }

    /** Copies the directory and all in it but sockets, with permissions, to a path that does not exist yet. */
    public static void copy(Path directory, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) { // a directory comes before what is in it
            for (Path source : (Iterable<Path>) all.filter(Directories::isNoSocket)::iterator) {
                Files.copy(
                        source,
                        target.resolve(directory.relativize(source).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static boolean isNoSocket(Path file) {
        return Files.isRegularFile(file) || Files.isDirectory(file) || Files.isSymbolicLink(file);
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
