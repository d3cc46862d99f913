package dev.tidemark.deadletter;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of dead letters with its open files, one per collection. One thread changes it; any may query it. */
final class DeadLetterFiles implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterFiles.class);

    /** Smaller files are not worth rewriting while running. */
    private static final long WORTH_COMPACTING = 64 * 1024;

    private final Path directory;
    private final Map<String, DeadLetterFile> files = new ConcurrentHashMap<>();
    private boolean namesChanged; // since the directory was last synced

    private DeadLetterFiles(Path directory) {
        this.directory = directory;
    }

    /** Opens the existing files; see {@link DeadLetters#open}. */
    static DeadLetterFiles open(Path directory) throws IOException {
        DeadLetterDirectory.create(directory);
        DeadLetterFiles opened = new DeadLetterFiles(directory);
        try {
            opened.load();
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private void load() throws IOException {
        // All names before the first change: a listing may show what a compaction of this loop creates and renames.
        for (Path temporary :
                DeadLetterDirectory.files(directory, DeadLetterFileName.SUFFIX + DeadLetterFile.TEMPORARY)) {
            remove(temporary); // a compaction that a crash cut off; the file itself is intact
        }
        for (Path file : DeadLetterDirectory.files(directory, DeadLetterFileName.SUFFIX)) {
            load(file);
        }
        syncNames();
    }

    private void load(Path path) throws IOException {
        DeadLetterIndex index = DeadLetterFile.index(path);
        if (index.tornBytes() > 0) {
            log.warn(
                    "{} ended in {} bytes of an unfinished write. They were cut off: their offset was never committed, so"
                            + " the source sends those changes again.",
                    path,
                    index.tornBytes());
        }
        String collection = index.collection();
        if (collection == null || index.pending().isEmpty()) {
            remove(path);
            return;
        }
        DeadLetterFile file = DeadLetterFile.open(path, index);
        files.put(collection, file);
        if (deadOutweighs(file)) {
            compact(file);
        }
    }

    private void remove(Path path) throws IOException {
        namesChanged = true;
        Files.delete(path);
    }

    /** Returns the file of a collection, or null if no document of it was rejected. */
    @Nullable
    DeadLetterFile get(String collection) {
        return files.get(collection);
    }

    /** Returns the file of a collection, creating it if it is missing; {@link #syncNames} makes its name durable. */
    DeadLetterFile make(String collection) throws IOException {
        DeadLetterFile file = files.get(collection);
        if (file == null) {
            namesChanged = true;
            file = DeadLetterFile.create(directory.resolve(DeadLetterFileName.of(collection)));
            files.put(collection, file);
        }
        return file;
    }

    SortedSet<String> collections() {
        return new TreeSet<>(files.keySet());
    }

    Collection<DeadLetterFile> all() {
        return files.values();
    }

    /** Returns the size on disk of all files, in bytes. */
    long bytes() {
        return files.values().stream().mapToLong(DeadLetterFile::length).sum();
    }

    void syncNames() throws IOException {
        if (namesChanged) {
            DeadLetterDirectory.sync(directory);
            namesChanged = false;
        }
    }

    void compactIfDeadOutweighs(DeadLetterFile file) {
        if (file.length() > WORTH_COMPACTING && deadOutweighs(file)) {
            compact(file);
        }
    }

    private static boolean deadOutweighs(DeadLetterFile file) {
        return file.deadBytes() > file.length() / 2;
    }

    /** Compacts a file. Never fails: on an error the old file stays in use, intact, and the next occasion tries again. */
    void compact(DeadLetterFile file) {
        try {
            namesChanged = true;
            file.compact();
            syncNames();
        } catch (IOException e) {
            log.warn("Resolved dead letters in {} could not be removed; they only take room for now.", directory, e);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (DeadLetterFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
