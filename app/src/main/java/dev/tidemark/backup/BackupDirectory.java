package dev.tidemark.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.connector.files.PrivateFiles;
import dev.tidemark.state.DamagedFileException;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The directory of one backup: its manifest, and a copy of the state directory. */
public final class BackupDirectory {

    private static final String MANIFEST = "manifest.json";
    private static final String STATE = "state";

    /** A newer version may add to the manifest; what changes its meaning changes the format. */
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Path path;
    private final DurableFile manifest;

    private BackupDirectory(Path path) {
        this.path = path;
        this.manifest = new DurableFile(path.resolve(MANIFEST));
    }

    /**
     * Creates the directory of a new backup.
     *
     * @throws BackupException if the path exists already and is not an empty directory
     */
    static BackupDirectory create(Path path) throws BackupException, IOException {
        BackupDirectory directory = new BackupDirectory(path);
        if (Files.exists(path) && !directory.isEmpty()) {
            throw new BackupException(path + " is there already: name a new directory for each backup");
        }
        PrivateFiles.createDirectories(path);
        StateCopy.sync(path.toAbsolutePath().getParent());
        return directory;
    }

    /**
     * Returns whether the directory is empty. The temporary file of a manifest does not count: it is left by a process that was
     * killed before the manifest of its backup existed, and that had created nothing else yet.
     */
    private boolean isEmpty() throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(path, entry -> !entry.equals(manifest.temporary()))) {
            return !entries.iterator().hasNext();
        }
    }

    /** Returns a directory that should be a backup; nothing is checked yet. */
    public static BackupDirectory at(Path path) {
        return new BackupDirectory(path);
    }

    /** Returns the backups directly below a directory, incomplete ones too, by name. */
    public static List<BackupDirectory> in(Path parent) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, Files::isDirectory)) {
            entries.forEach(paths::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return paths.stream()
                .sorted()
                .map(BackupDirectory::new)
                .filter(directory -> Files.exists(directory.manifest.path()))
                .toList();
    }

    public Path path() {
        return path;
    }

    /** Returns the directory that contains the copy of the state directory. */
    public Path state() {
        return path.resolve(STATE);
    }

    void write(Manifest content) throws IOException {
        manifest.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content));
    }

    /**
     * Reads the manifest, which describes the contents of the backup.
     *
     * @throws BackupException if it is not a backup, or is damaged
     */
    public Manifest manifest() throws BackupException, IOException {
        Optional<String> content;
        try {
            content = manifest.read();
        } catch (DamagedFileException e) {
            throw new BackupException(
                    manifest.path() + " is damaged: this backup cannot be used. 'tidemark backup list' shows which"
                            + " slots are kept, 'tidemark backup discard --slot' lets go of one");
        }
        if (content.isEmpty()) {
            throw new BackupException(path + " is not a backup: it has no " + MANIFEST);
        }
        try {
            Manifest read = JSON.readValue(content.get(), Manifest.class);
            if (read.format() != Manifest.FORMAT) {
                throw new BackupException(path + " was created by another version (" + read.tidemark()
                        + ") in a form that this one does not know: restore it with that one");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new BackupException(manifest.path() + " was not written by this program: " + e.getOriginalMessage());
        }
    }

    /**
     * Returns what a complete backup contains.
     *
     * @throws BackupException if it is incomplete
     */
    public Manifest.Complete complete(Manifest of) throws BackupException {
        Manifest.Complete complete = of.complete();
        if (complete == null) {
            throw new BackupException(path + " is half-made: it was begun at " + of.begun()
                    + " and not completed. Take it away with 'tidemark backup discard --from " + path + "'");
        }
        return complete;
    }

    /**
     * Checks that its files are still what was written.
     *
     * @throws BackupException if one is missing or damaged
     */
    public void verify(Manifest.Complete complete) throws BackupException, IOException {
        StateCopy.verify(state(), complete.files());
    }

    /** Returns the directory to which Typesense writes its snapshot unless another path is given. */
    public static Path typesense(Path path) {
        return path.resolve("typesense");
    }

    /** Removes the backup, its manifest last, but no other files of the directory. */
    public void remove() throws IOException {
        StateCopy.remove(state());
        StateCopy.remove(typesense(path));
        manifest.delete();
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // it contains files that are not of the backup
        }
    }
}
