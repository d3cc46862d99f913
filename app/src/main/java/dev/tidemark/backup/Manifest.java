package dev.tidemark.backup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backup is made of. Written twice: before anything is made, so that what is left of one that was cut off can be found and
 * taken away, and as its last file.
 *
 * @param format the form of this file and of the directory
 * @param tidemark the version that made it
 * @param pipeline the pipeline's name
 * @param source the kind of database
 * @param begun when it was begun, ISO-8601
 * @param kept the name under which the database keeps what comes after the position; null if it keeps nothing for it
 * @param complete what it holds; null while it is being made, and where that was cut off
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
    public static final int FORMAT = 1;

    /**
     * What a complete backup holds.
     *
     * @param at when it was complete, ISO-8601
     * @param position the position in words
     * @param held what the database said then of what comes after it
     * @param typesense the other half
     * @param collections what the documents are kept in
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
     * @param path where it is below the directory, with slashes
     * @param sha256 of its content, in hexadecimal
     */
    public record StoredFile(String path, long bytes, String sha256) {}

    /** The same, complete. */
    Manifest completed(Complete with) {
        return new Manifest(format, tidemark, pipeline, source, begun, kept, with);
    }
}
