package dev.tidemark.connector.tls;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Directories for keys that must be in files, for libraries that read nothing else. They are for their owner only, among the
 * machine's temporary files, and are deleted when the process ends. Thread-safe.
 */
public final class KeyDirectories {

    private static final Set<Path> DIRECTORIES = ConcurrentHashMap.newKeySet();

    private KeyDirectories() {}

    /** Creates a directory, deleted when the JVM ends. So are its files on which {@link java.io.File#deleteOnExit} was called. */
    public static Path create() throws IOException {
        Path directory = Files.createTempDirectory("tidemark-tls"); // for its owner only
        directory.toFile().deleteOnExit();
        DIRECTORIES.add(directory);
        return directory;
    }

    /**
     * Deletes all directories now, with their files. Called before the JVM is halted, since a halt deletes nothing. No connection
     * must be opened afterwards. What cannot be deleted remains, as at any other end of the process.
     */
    public static void deleteAll() {
        for (Path directory : DIRECTORIES) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
                Files.deleteIfExists(directory);
            } catch (IOException e) {
                // already deleted by another process, or the disk has failed: nothing more can be done at the end of a
                // process
            }
        }
    }
}
