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
final class LetterFiles implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(LetterFiles.class);

    /** Smaller files are not worth rewriting while running. */
    private static final long WORTH_COMPACTING = 64 * 1024;

    private final Path folder;
    private final Map<String, LetterFile> files = new ConcurrentHashMap<>();
    private boolean namesChanged; // since the directory was last synced

    private LetterFiles(Path folder) {
        this.folder = folder;
    }

    /** Opens the existing files; see {@link DeadLetters#open}. */
    static LetterFiles open(Path folder) throws IOException {
        LetterFolder.create(folder);
        LetterFiles opened = new LetterFiles(folder);
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
        for (Path temporary : LetterFolder.files(folder, LetterFileName.SUFFIX + LetterFile.TEMPORARY)) {
            remove(temporary); // a compaction that a crash cut off; the file itself is intact
        }
        for (Path file : LetterFolder.files(folder, LetterFileName.SUFFIX)) {
            load(file);
        }
        syncNames();
    }

    private void load(Path path) throws IOException {
        LetterIndex index = LetterFile.index(path);
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
        LetterFile file = LetterFile.open(path, index);
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
    LetterFile get(String collection) {
        return files.get(collection);
    }

    /** Returns the file of a collection, creating it if it is missing; {@link #syncNames} makes its name durable. */
    LetterFile make(String collection) throws IOException {
        LetterFile file = files.get(collection);
        if (file == null) {
            namesChanged = true;
            file = LetterFile.create(folder.resolve(LetterFileName.of(collection)));
            files.put(collection, file);
        }
        return file;
    }

    SortedSet<String> collections() {
        return new TreeSet<>(files.keySet());
    }

    Collection<LetterFile> all() {
        return files.values();
    }

    /** Returns the size on disk of all files, in bytes. */
    long bytes() {
        return files.values().stream().mapToLong(LetterFile::length).sum();
    }

    void syncNames() throws IOException {
        if (namesChanged) {
            LetterFolder.sync(folder);
            namesChanged = false;
        }
    }

    void compactIfDeadOutweighs(LetterFile file) {
        if (file.length() > WORTH_COMPACTING && deadOutweighs(file)) {
            compact(file);
        }
    }

    private static boolean deadOutweighs(LetterFile file) {
        return file.deadBytes() > file.length() / 2;
    }

    /** Compacts a file. Never fails: on an error the old file stays in use, intact, and the next occasion tries again. */
    void compact(LetterFile file) {
        try {
            namesChanged = true;
            file.compact();
            syncNames();
        } catch (IOException e) {
            log.warn("Settled dead letters in {} could not be cleared away; they only take room for now.", folder, e);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (LetterFile file : files.values()) {
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
