package dev.tidemark.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Server binaries under {@code ${XDG_CACHE_HOME:-~/.cache}/tidemark}: each is fetched once per user and version. */
public final class ServerCache {

    private ServerCache() {}

    /** Fills an empty directory. */
    public interface Filling {
        void fill(Path directory) throws IOException;
    }

    /** Returns the cached directory of this name, filled first if it is missing; it appears complete or not at all. */
    public static Path directory(String name, Filling filling) {
        return directory(root(), name, filling);
    }

    static synchronized Path directory(Path cache, String name, Filling filling) {
        Path directory = cache.resolve(name);
        if (Files.isDirectory(directory)) {
            return directory;
        }
        try {
            Files.createDirectories(cache);
            fillOnce(cache, directory, filling);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot fill the cache directory " + directory, e);
        }
    }

    /**
     * Fills the directory unless another process has. The lock is between processes; threads of this one are kept apart by the
     * caller's monitor.
     */
    private static void fillOnce(Path cache, Path directory, Filling filling) throws IOException {
        Path lockFile = cache.resolve(directory.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (Files.isDirectory(directory) || !lock.isValid()) {
                return;
            }
            Path unfinished = Files.createTempDirectory(cache, directory.getFileName() + ".");
            try {
                filling.fill(unfinished);
                Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Directories.delete(unfinished);
            }
        }
    }

    private static Path root() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return base.resolve("tidemark");
    }
}
