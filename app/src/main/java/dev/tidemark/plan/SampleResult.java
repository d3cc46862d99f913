package dev.tidemark.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Result of trying a sample of rows in a scratch collection.
 *
 * @param rows how many rows were tried
 * @param rejected how many of them would become dead letters
 * @param rejects the first of those
 * @param schemaRefused why Typesense did not create the collection, as its message says: then only what needs no server was
 *     tried; null if it did
 * @param note what else is to be known of the sample; null if there is nothing
 * @param advice what to declare for values inside of JSON
 */
public record SampleResult(
        int rows,
        int rejected,
        List<Reject> rejects,
        @Nullable String schemaRefused,
        @Nullable String note,
        List<String> advice) {

    /**
     * A row that would become a dead letter.
     *
     * @param key the columns of the document's id with their values as text; null stands for NULL
     * @param field the field that was at fault; null if that is not known
     * @param error why, as the message of the part that rejected it says
     */
    public record Reject(
            Map<String, @Nullable String> key, @Nullable String field, String error) {}
}
