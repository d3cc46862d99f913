package dev.tidemark.config;

/** Form of a document's id. */
public sealed interface DocumentId {

    /** Returns the prefix of each id; empty if the document has the collection to itself. */
    String prefix();

    /** The prefix, then the values of the table's key. */
    record OfKey(String prefix) implements DocumentId {}

    /** The prefix, then what an expression yields for the row. */
    record Computed(String prefix, Expression expression) implements DocumentId {}
}
