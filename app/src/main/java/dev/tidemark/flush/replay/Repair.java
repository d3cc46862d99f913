package dev.tidemark.flush.replay;

import dev.tidemark.collection.Target;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Documents that are not what their rows are, for the flush thread to repair between two batches. */
public sealed interface Repair {

    /**
     * A row to be re-read and written as it is then; if it is found and is not to have a document, that is deleted.
     *
     * @param key the texts of the row's key; empty if no row is known that has the document's id
     * @param changed whether the document was written since it was found to be wrong: then nothing is done
     * @param onOutcome receives the outcome, from the flush thread; called once
     */
    record Rewrite(Target target, String id, String[] key, BooleanSupplier changed, Consumer<Outcome> onOutcome)
            implements Repair {}

    /**
     * All documents of a target that have no row: they are deleted, except those whose row exists by then; none is if there are more
     * than the limit of the guard.
     *
     * @param onOutcome receives the outcome, from the flush thread; called once
     */
    record Deletes(Target target, List<String> ids, Consumer<Outcome> onOutcome) implements Repair {}

    /** Outcomes of a request. */
    enum Outcome {
        /** It was written or deleted. */
        DONE,
        /** Its row was rejected, and is a dead letter. */
        REJECTED,
        /** Its row was not found; the document stays. */
        NO_ROW,
        /** No document is deleted before an approval. */
        HELD,
        /** It was written meanwhile, or its row cannot be read now. */
        NOT_NOW
    }
}
