package dev.tidemark.ids;

import dev.tidemark.connector.files.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ids that are collected before anything is decided on them: few in memory, more in a file. One thread. */
public final class IdSpool implements Closeable {

    /** Max number of ids in memory; more are kept in a file (invariant 3). */
    public static final int IN_MEMORY = 200_000;

    private final Path file;
    private final int inMemory;
    private final List<String> ids = new ArrayList<>();
    private IdFile.@Nullable Writer writer;
    private long size;
    private boolean finished;

    /** @param file the file for the ids that are too many for memory; deleted by {@link #close} */
    public IdSpool(Path file, int inMemory) {
        this.file = file;
        this.inMemory = inMemory;
    }

    /**
     * Adds an id.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void add(String id) {
        size++;
        if (ids.size() < inMemory) {
            ids.add(id);
            return;
        }
        try {
            if (writer == null) {
                PrivateFiles.createDirectoryOf(file);
                writer = new IdFile.Writer(file, "");
            }
            writer.add(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long size() {
        return size;
    }

    /** Returns the first of them. */
    public List<String> first(int most) {
        return List.copyOf(ids.subList(0, Math.min(most, ids.size())));
    }

    /** Hands all of them over in the order in which they came. Nothing can be added afterwards. */
    public void forEach(IdFile.Each each) throws IOException {
        for (String id : ids) {
            each.accept(id);
        }
        if (writer != null) {
            if (!finished) {
                writer.finish();
                finished = true;
            }
            IdFile.read(file, each);
        }
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
            Files.deleteIfExists(file);
        }
    }
}
