package dev.tidemark.trace;

/** Outcomes of a change of a row, including the states in which it still waits. */
public enum Outcome {
    /** Received, and in the queue. */
    QUEUED("queued"),
    /** Its batch was taken, and is being written. */
    WRITING("being written"),
    /** The full document was written. */
    UPSERTED("document written"),
    /** The fields that changed were written. */
    UPDATED("changed fields written"),
    /** The document was deleted, or did not exist. */
    DELETED("document deleted"),
    /** All documents of the table were deleted. */
    TRUNCATED("all documents deleted"),
    /** No field of the document changed: nothing was sent. */
    UNCHANGED("no field of the document changed"),
    /** A later change of the same batch replaced it. */
    REPLACED("a later change of the batch was written instead"),
    /** The row yields no document, and there was none to delete. */
    LEFT_OUT("no document"),
    /** The row was not found when it was read: the document was left as it was. */
    UNFOUND("row not found, document left"),
    /** The document was rejected and recorded as a dead letter. */
    DEAD_LETTER("dead letter"),
    /** The joined document is read and written because of it: that has an entry of its own. */
    MARKED("the joined document is to be read");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    /** Returns a human-readable description. */
    public String words() {
        return words;
    }
}
