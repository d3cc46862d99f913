package dev.tidemark.config;

/** How the id of a document is formed. */
public sealed interface DocumentId {

    /** What each id begins with; empty if the document has the collection to itself. */
    String prefix();

    /** The prefix, then the values of the table's key. */
    record OfKey(String prefix) implements DocumentId {}

    /** The prefix, then what an expression yields for the row. */
    record Computed(String prefix, Expression expression) implements DocumentId {}
}
