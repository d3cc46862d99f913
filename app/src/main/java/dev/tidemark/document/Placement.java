package dev.tidemark.document;

/** Collection that a row belongs to. */
public sealed interface Placement {

    /** The collection of that name. */
    record In(String collection) implements Placement {}

    /** None, and why: the row has no document. */
    record Nowhere(String reason) implements Placement {}

    /**
     * The collection cannot be determined, and why: a column that decides was not sent, does not exist in the table any more, or is
     * one of a row that is too large to be read.
     */
    record Unknown(String reason) implements Placement {}
}
