package dev.tidemark.deadletter;

import java.time.Instant;

/**
 * A document that could not be written, with all that is needed to understand it.
 *
 * @param collection the collection it belongs to
 * @param id the document's id; empty if the row yields none
 * @param table the table it comes from
 * @param key the row's key, as text
 * @param operation {@code upsert} or {@code delete}
 * @param document the document as it was sent, or the row's values where no document could be made of it; JSON
 * @param error the reason, in the sink's words or ours
 * @param attempts how often it was tried
 * @param position the change's place in the source ({@code ChangeEvent.position}); with collection and id it tells dead
 *     letters apart, so a replay does not count one twice
 * @param committed when the change was committed at the source
 * @param time when it was written to the dead letters
 */
public record DeadLetter(
        String collection,
        String id,
        String table,
        String key,
        String operation,
        String document,
        String error,
        int attempts,
        long position,
        Instant committed,
        Instant time) {

    /** The same without its document, which may be large. */
    public DeadLetter withoutDocument() {
        return with("", attempts);
    }

    /** The same as one more try of an earlier entry of the document. */
    public DeadLetter triedAgainAfter(DeadLetter earlier) {
        return with(document, earlier.attempts + attempts);
    }

    /** The same after one try more, for which its row could not be read. */
    public DeadLetter triedAgain(String newError) {
        return new DeadLetter(
                collection,
                id,
                table,
                key,
                operation,
                document,
                newError,
                attempts + 1,
                position,
                committed,
                Instant.now());
    }

    DeadLetter withDocument(String newDocument) {
        return with(newDocument, attempts);
    }

    private DeadLetter with(String newDocument, int newAttempts) {
        return new DeadLetter(
                collection, id, table, key, operation, newDocument, error, newAttempts, position, committed, time);
    }
}
