package dev.tidemark.document;

/** Which collection a row belongs to. */
public sealed interface Placement {

    /** The collection of that name. */
    record In(String collection) implements Placement {}

    /** None, and why: the row has no document. */
    record Nowhere(String reason) implements Placement {}

    /** It cannot be told, and why: a column that decides was not sent, or is no column of the table any more. */
    record Unknown(String reason) implements Placement {}
}
