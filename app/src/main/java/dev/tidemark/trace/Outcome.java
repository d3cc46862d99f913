package dev.tidemark.trace;

/** What became of a change of a row, or what it waits for. */
public enum Outcome {
    /** Received, and in the queue. */
    QUEUED("queued"),
    /** Its batch was taken, and is being written. */
    WRITING("being written"),
    /** The full document was written. */
    UPSERTED("document written"),
    /** The fields that changed were written. */
    UPDATED("changed fields written"),
    /** The document was deleted, or was not there. */
    DELETED("document deleted"),
    /** All documents of the table were deleted. */
    TRUNCATED("all documents deleted"),
    /** No field of the document changed: nothing was sent. */
    UNCHANGED("no field of the document changed"),
    /** A later change of the same batch took its place. */
    REPLACED("a later change of the batch was written instead"),
    /** The row is no document, and there was none to delete. */
    LEFT_OUT("no document"),
    /** The row was not found when it was read: the document was left as it was. */
    UNFOUND("row not found, document left"),
    /** Refused, and in the dead letters. */
    DEAD_LETTER("dead letter"),
    /** The joined document is read and written on its account: in a line of its own. */
    MARKED("the joined document is to be read");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
