package dev.tidemark.connector.tls;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Directories for keys that must lie in files for those who read nothing else. They are for their owner only, among the machine's temporary
 * files, and end with the process. Thread-safe.
 */
public final class KeyFolders {

    private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

    private KeyFolders() {}

    /** Makes a directory, which goes when the JVM ends; so do its files where {@link java.io.File#deleteOnExit} is told of them. */
    public static Path create() throws IOException {
        Path folder = Files.createTempDirectory("tidemark-tls"); // for its owner only
        folder.toFile().deleteOnExit();
        FOLDERS.add(folder);
        return folder;
    }

    /**
     * Deletes all of them now, with what is in them: for whoever halts the JVM, since it deletes nothing then. Nobody may connect
     * any more. What cannot be deleted stays, as at any other end.
     */
    public static void deleteAll() {
        for (Path folder : FOLDERS) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                // somebody tidied up before, or the disk is at fault: nothing more can be done at the end of a process
            }
        }
    }
}
