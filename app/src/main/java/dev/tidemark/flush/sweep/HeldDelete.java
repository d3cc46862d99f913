package dev.tidemark.flush.sweep;

import dev.tidemark.collection.Target;
import java.nio.file.Path;

/**
 * Deletes that wait for an approval.
 *
 * @param approval the id of the approval
 * @param kind what is to be deleted
 * @param entry the entry of {@code documents}, by the name it is recorded under
 * @param collection the concrete collection
 * @param file the list of ids; empty for a truncate
 */
public record HeldDelete(String approval, Kind kind, String entry, String collection, Path file) {

    /** Kinds of held deletes. */
    public enum Kind {
        /** The documents of the list. */
        LISTED,
        /** All documents without a row at the time of the approval: the table was truncated. */
        TRUNCATED,
        /** As {@link #TRUNCATED}, and the table possibly does not exist any more. */
        DROPPED
    }

    /** Returns whether it concerns every document without a row, not a list of them. */
    boolean isOfTable() {
        return kind != Kind.LISTED;
    }

    public boolean isOf(Target target) {
        return entry.equals(target.config().recordName()) && collection.equals(target.collection());
    }
}
