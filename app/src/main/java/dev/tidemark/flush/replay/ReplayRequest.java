package dev.tidemark.flush.replay;

import dev.tidemark.deadletter.DeadLetter;
import java.util.function.Consumer;

/**
 * A dead letter whose row is to be re-read and written as it is now, or its document deleted if the row was deleted.
 *
 * @param deadLetter the entry; its document is not needed
 * @param onOutcome receives the outcome, from the flush thread; called once
 */
public record ReplayRequest(DeadLetter deadLetter, Consumer<Outcome> onOutcome) {

    /** Outcomes of a request. */
    public enum Outcome {
        /** The document is correct, or was deleted with its row. */
        RESOLVED("settled"),
        /** It was rejected again, or its row cannot be read; the entry stays, with that reason and one attempt more. */
        REJECTED("refused"),
        /** Nothing in the configuration creates this document, or its id does not identify its row; the entry stays. */
        UNKNOWN("unknown");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        /** Returns its label in metrics. */
        public String label() {
            return label;
        }
    }
}
