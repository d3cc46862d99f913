package dev.tidemark.flush.replay;

import dev.tidemark.deadletter.DeadLetter;
import java.util.function.Consumer;

/**
 * A dead letter whose row is to be read again and written as it is now, or its document deleted where the row is gone.
 *
 * @param letter the entry; its document is not needed
 * @param told what came of it, by the flush thread; called once
 */
public record ReplayRequest(DeadLetter letter, Consumer<Outcome> told) {

    /** What came of it. */
    public enum Outcome {
        /** The document is right, or gone with its row. */
        SETTLED,
        /** It was refused again, or its row cannot be read; the entry stays, with that reason and one attempt more. */
        REFUSED,
        /** Nothing in the configuration makes this document, or its id does not tell its row; the entry stays. */
        UNKNOWN
    }
}
