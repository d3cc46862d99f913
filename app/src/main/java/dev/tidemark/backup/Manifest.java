package dev.tidemark.backup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Description of the contents of a backup. Written twice: before anything is created, so that what is left of an interrupted
 * backup can be found and removed, and as its last file.
 *
 * @param format the form of this file and of the directory
 * @param tidemark the version that created it
 * @param pipeline the pipeline's name
 * @param source the kind of database
 * @param begun when it was begun, ISO-8601
 * @param kept the name under which the database keeps what comes after the position; null if it keeps nothing for it
 * @param complete what it contains; null while it is being created, and if that was interrupted
 */
public record Manifest(
        int format,
        String tidemark,
        String pipeline,
        String source,
        String begun,
        @Nullable String kept,
        @Nullable Complete complete) {

    /** The one form there is. */
    static final int FORMAT = 1;

    /**
     * Content of a complete backup.
     *
     * @param at when it was complete, ISO-8601
     * @param position the position in human-readable form
     * @param held what the database reported then of what comes after the position
     * @param typesense the snapshot of Typesense, the other half of the backup
     * @param collections the collections that contain the documents
     * @param files the files of the state directory
     */
    public record Complete(
            String at,
            String position,
            String held,
            Snapshot typesense,
            List<Collection> collections,
            List<StoredFile> files) {

        public Complete {
            collections = List.copyOf(collections);
            files = List.copyOf(files);
        }
    }

    /**
     * Typesense's snapshot.
     *
     * @param node who wrote it
     * @param path the directory on that node's machine
     * @param seen whether it was seen to be there, from this machine
     */
    public record Snapshot(String node, String path, boolean seen) {}

    /**
     * A collection.
     *
     * @param name how the configuration names it
     * @param concrete its own name
     * @param before its documents before the snapshot
     * @param after its documents after it
     */
    public record Collection(String name, String concrete, long before, long after) {}

    /**
     * A file of the state directory.
     *
     * @param path its path relative to the directory, with slashes
     * @param sha256 of its content, in hexadecimal
     */
    public record StoredFile(String path, long bytes, String sha256) {}

    /** Returns the same manifest, complete. */
    Manifest completed(Complete with) {
        return new Manifest(format, tidemark, pipeline, source, begun, kept, with);
    }
}
