package dev.tidemark.testkit.mysql;

import dev.tidemark.testkit.Command;
import dev.tidemark.testkit.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two system libraries that mysqld does not bring along. One that this machine lacks is taken from its distribution's
 * package, which needs no root, and put where mysqld looks first.
 */
final class MySqlLibraries {

    private static final Logger log = LoggerFactory.getLogger(MySqlLibraries.class);
    private static final Duration QUICK = Duration.ofMinutes(1);
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(3);
    private static final Pattern MISSING = Pattern.compile("error while loading shared libraries: ([^:]+):");

    /** Newer Debian and Ubuntu rename what changed with 64-bit time; on x86_64 the library is the same. */
    private static final List<String> SUFFIXES = List.of("", "t64");

    private MySqlLibraries() {}

    /**
     * Adds what is missing to {@code directory}, which is on mysqld's own search path. One process at a time: of two that update the
     * lists of packages at once, one fails.
     */
    static synchronized void complete(Path mysqld, Path directory) {
        if (missing(mysqld) == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("complete.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid()) {
                addAll(mysqld, directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot complete " + directory, e);
        }
    }

    private static void addAll(Path mysqld, Path directory) {
        String missing = missing(mysqld);
        while (missing != null) {
            log.info("Fetching {} for MySQL", missing);
            add(missing, directory);
            String next = missing(mysqld);
            if (missing.equals(next)) {
                throw unavailable(missing, "it does not load");
            }
            missing = next;
        }
    }

    private static @Nullable String missing(Path mysqld) {
        Command.Outcome outcome = Command.run(QUICK, List.of("env", "LC_ALL=C", mysqld.toString(), "--version"));
        if (outcome.succeeded()) {
            return null;
        }
        Matcher matcher = MISSING.matcher(outcome.output());
        if (matcher.find()) {
            return matcher.group(1);
        }
        throw new IllegalStateException(mysqld + " does not run: " + outcome.output());
    }

    /** Adds a library to the directory. The file appears complete or not at all, so two processes may do this at once. */
    private static void add(String library, Path directory) {
        Path work = Directories.temporary("tidemark-mysql-libraries");
        try {
            Path found = download(library, work);
            Path unfinished = Files.createTempFile(directory, library, ".new");
            Files.copy(found, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, directory.resolve(library), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot put " + library + " into " + directory, e);
        } finally {
            Directories.delete(work);
        }
    }

    private static Path download(String library, Path work) throws IOException {
        String stem = stem(library);
        String said = fetch(stem, work);
        if (!said.isEmpty() && "root".equals(System.getProperty("user.name"))) {
            Command.run(DOWNLOAD_LIMIT, List.of("apt-get", "update", "-q")); // a fresh image has no package lists
            said = fetch(stem, work);
        }
        if (!said.isEmpty()) {
            throw unavailable(library, said);
        }
        try (Stream<Path> files = Files.walk(work)) {
            Optional<Path> found = files.filter(file -> Files.isRegularFile(file)
                            && String.valueOf(file.getFileName()).startsWith(library))
                    .findFirst();
            return found.orElseThrow(() -> unavailable(library, "its package does not hold it"));
        }
    }

    /** Unpacks the package into the directory; empty, or why not. */
    private static String fetch(String stem, Path work) {
        String said = "";
        for (String suffix : SUFFIXES) {
            String script = "apt-get download -q " + stem + suffix + " && dpkg-deb -x " + stem + suffix + "_*.deb .";
            Command.Outcome outcome = Command.run(work, DOWNLOAD_LIMIT, List.of("sh", "-c", script));
            if (outcome.succeeded()) {
                return "";
            }
            said = outcome.output().isEmpty() ? "code " + outcome.code() : outcome.output();
        }
        return said;
    }

    /** Returns the package's name: {@code libaio1} for {@code libaio.so.1}. */
    private static String stem(String library) {
        return library.replaceFirst("\\.so\\.?", "").replaceAll("[^a-z0-9.+-]", "");
    }

    private static IllegalStateException unavailable(String library, String why) {
        return new IllegalStateException(
                "MySQL needs " + library + ": apt-get install libaio1 libnuma1 (on newer Debian"
                        + " and Ubuntu libaio1t64), or dnf install libaio numactl-libs; fetching it failed: " + why);
    }
}
