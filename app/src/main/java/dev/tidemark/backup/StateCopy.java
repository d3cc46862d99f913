package dev.tidemark.backup;

import dev.tidemark.connector.files.PrivateFiles;
import dev.tidemark.state.PauseMark;
import dev.tidemark.state.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies the files of a state directory, also while the service is running: each of its files is either replaced completely or
 * only appended to, and readers of the latter discard an incomplete last line.
 */
final class StateCopy {

    /** Prefix of the names of directories in which a restore keeps the previous state. */
    static final String ASIDE = "before-restore-";

    private static final String OFFSETS = "offsets.json";
    private static final String LOG = ".jsonl";
    private static final String TEMPORARY = ".tmp";
    private static final int BUFFER = 1 << 16;

    private StateCopy() {}

    /**
     * Copies everything that is a pipeline's state; durable when this returns.
     *
     * <p>The offset is copied first (invariant 1): all other files are then possibly ahead of it, as after a crash, and never
     * behind. A log alongside it that was compacted meanwhile possibly contains nothing of that offset any more: then everything
     * is copied again.
     */
    static List<Manifest.StoredFile> copy(Path from, Path to) throws IOException {
        while (true) {
            Map<Path, Object> logs = logs(from);
            List<Manifest.StoredFile> stored = copyOnce(from, to);
            if (logs(from).entrySet().containsAll(logs.entrySet())) {
                return stored;
            }
        }
    }

    /**
     * Returns the logs of the state directory itself, with the identity of each file: a log that is compacted becomes another
     * file.
     */
    private static Map<Path, Object> logs(Path state) throws IOException {
        Map<Path, Object> logs = new HashMap<>();
        for (Path entry : Files.isDirectory(state) ? entries(state) : List.<Path>of()) {
            if (entry.getFileName().toString().endsWith(LOG)) {
                try {
                    Object file = Files.readAttributes(entry, BasicFileAttributes.class)
                            .fileKey();
                    logs.put(entry, file == null ? entry : file);
                } catch (NoSuchFileException e) {
                    // removed since the directory was listed: a new load begins
                }
            }
        }
        return logs;
    }

    private static List<Manifest.StoredFile> copyOnce(Path from, Path to) throws IOException {
        PrivateFiles.createDirectories(to);
        List<Path> files = new ArrayList<>(files(from));
        files.sort(Comparator.comparing((Path file) -> !file.equals(from.resolve(OFFSETS)))
                .thenComparing(Comparator.naturalOrder()));
        List<Manifest.StoredFile> stored = new ArrayList<>();
        for (Path file : files) {
            Path relative = from.relativize(file);
            Path target = to.resolve(relative);
            PrivateFiles.createDirectories(directoryOf(target));
            try {
                Written written = write(file, target);
                stored.add(new Manifest.StoredFile(
                        relative.toString().replace('\\', '/'), written.bytes(), written.sha256()));
            } catch (NoSuchFileException e) {
                // The dead letters of a collection were all resolved and their file removed since the directory was
                // listed.
                Files.deleteIfExists(target);
            }
        }
        syncAll(to);
        return stored;
    }

    /** Returns the files of a state directory; none if the directory is missing. */
    private static List<Path> files(Path state) throws IOException {
        if (!Files.isDirectory(state)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        for (Path entry : entries(state)) {
            try (Stream<Path> walk = Files.walk(entry)) {
                walk.filter(Files::isRegularFile)
                        .filter(file -> !file.getFileName().toString().endsWith(TEMPORARY))
                        .forEach(files::add);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return files;
    }

    /** Returns the entries of a state directory that are a pipeline's state. */
    static List<Path> entries(Path state) throws IOException {
        try (Stream<Path> all = Files.list(state)) {
            return all.filter(entry -> isState(entry.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isState(String name) {
        return !name.equals(StateDirectory.LOCK)
                && !name.equals(PauseMark.NAME) // an operator's wish of now, not a state of then
                && !name.equals(StateDirectory.STOPPED) // of the last process, not of the one that restores
                && !name.startsWith(StateDirectory.RESTORING)
                && !name.startsWith(ASIDE)
                && !name.endsWith(TEMPORARY);
    }

    /**
     * Checks that the copies are still what was written.
     *
     * @throws BackupException if one is missing or damaged
     */
    static void verify(Path copy, List<Manifest.StoredFile> files) throws BackupException, IOException {
        List<String> bad = new ArrayList<>();
        for (Manifest.StoredFile file : files) {
            Path path = copy.resolve(file.path());
            if (!Files.isRegularFile(path)) {
                bad.add(path + " is missing");
            } else if (!digest(path).equals(file.sha256())) {
                bad.add(path + " is damaged");
            }
        }
        if (!bad.isEmpty()) {
            throw new BackupException(String.join("\n", bad) + "\nThis backup cannot be restored from");
        }
    }

    /** Puts copies into a state directory, the position last; durable when this returns. */
    static void putBack(Path copy, List<Manifest.StoredFile> files, Path state) throws IOException {
        List<Manifest.StoredFile> offsetsLast = new ArrayList<>(files);
        offsetsLast.sort(Comparator.comparing(file -> file.path().equals(OFFSETS)));
        for (Manifest.StoredFile file : offsetsLast) {
            Path target = state.resolve(file.path());
            PrivateFiles.createDirectories(directoryOf(target));
            Path temporary = target.resolveSibling(target.getFileName() + TEMPORARY);
            write(copy.resolve(file.path()), temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(directoryOf(target));
        }
        sync(state);
    }

    private record Written(long bytes, String sha256) {}

    private static Written write(Path from, Path to) throws IOException {
        MessageDigest digest = sha256();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(from);
                FileChannel out = PrivateFiles.open(
                        to,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, n);
                while (chunk.hasRemaining()) {
                    bytes += out.write(chunk);
                }
            }
            out.force(true);
        }
        return new Written(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    /** Removes a file or a directory with all its contents; does nothing if it does not exist. */
    static void remove(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(path)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.deleteIfExists(each);
        }
        sync(path.toAbsolutePath().getParent());
    }

    private static void syncAll(Path directory) throws IOException {
        List<Path> directories;
        try (Stream<Path> walk = Files.walk(directory)) {
            directories = walk.filter(Files::isDirectory).toList();
        }
        for (Path each : directories) {
            sync(each);
        }
        sync(directory.toAbsolutePath().getParent());
    }

    private static Path directoryOf(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IllegalArgumentException(file + " is not a file");
        }
        return directory;
    }

    /** Makes new, renamed and removed names of the directory durable; a file's own fsync does not. */
    static void sync(@Nullable Path directory) throws IOException {
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
