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
 * @param document the document as it was sent, or the row's values if no document could be created from it; JSON
 * @param error the reason: the sink's message or ours
 * @param attempts how often it was tried
 * @param position the change's position in the source ({@code ChangeEvent.position}); with collection and id it
 *     distinguishes entries, so a replay does not count one twice
 * @param committed when the change was committed at the source
 * @param time when it was written as a dead letter
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

    /** Returns the same without its document, which may be large. */
    public DeadLetter withoutDocument() {
        return with("", attempts);
    }

    /** Returns the same with the attempts of an earlier entry of the document added. */
    public DeadLetter triedAgainAfter(DeadLetter earlier) {
        return with(document, earlier.attempts + attempts);
    }

    /** Returns the same after one more attempt, for which its row could not be read. */
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
