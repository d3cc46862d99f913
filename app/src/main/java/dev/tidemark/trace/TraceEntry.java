package dev.tidemark.trace;

import dev.tidemark.connector.data.TableId;
import org.jspecify.annotations.Nullable;

/**
 * Record of what was done to one document because of one change. Times are milliseconds since 1970, 0 if there is none (yet).
 *
 * @param table whose row the document is
 * @param collection the collection that contains the document
 * @param id the document's; null if all of the table are meant, or if the row has none
 * @param key the row's key if the id does not show it, else null
 * @param operation what it was done for
 * @param cause the table that changed, if that is another one
 * @param position of the change in the source; 0 if there was none
 * @param committedMillis when it was committed there
 * @param receivedMillis when it came out of the log
 * @param batch number of the batch since the start, 0 if it is in none yet
 * @param takenMillis when that batch was taken
 * @param doneMillis when the outcome was certain
 * @param outcome the result
 * @param note why, or null
 */
public record TraceEntry(
        TableId table,
        String collection,
        @Nullable String id,
        @Nullable String key,
        Operation operation,
        @Nullable TableId cause,
        long position,
        long committedMillis,
        long receivedMillis,
        long batch,
        long takenMillis,
        long doneMillis,
        Outcome outcome,
        @Nullable String note) {}
