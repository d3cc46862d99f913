package dev.tidemark.plan;

import dev.tidemark.sink.SinkField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plan of what {@code run} would do for one document of the configuration.
 *
 * @param collection the collection, as the configuration names it
 * @param table the table, as {@code schema.table}
 * @param id the columns of the document's id, or its expression
 * @param schema the collection that would be created from the table
 * @param there the collection that exists, or null
 * @param differences how that differs from the schema
 * @param changes what {@code run} would change in it, human-readable
 * @param refusals why {@code run} would fail to start, human-readable; empty if it would not
 * @param document the first row's document, as JSON; null if there is no row, or none that becomes a document
 * @param sample the result of trying real rows, or null if no sample was requested or could be taken
 */
public record DocumentPlan(
        String collection,
        String table,
        List<String> id,
        Schema schema,
        @Nullable There there,
        List<Difference> differences,
        List<String> changes,
        List<String> refusals,
        @Nullable String document,
        @Nullable SampleResult sample) {

    /** A collection's schema. */
    public record Schema(boolean enableNestedFields, List<SinkField> fields) {}

    /** A collection that exists: its concrete name, and how many documents it holds. */
    public record There(String name, long documents) {}

    /** Returns whether {@code run} would fail to start, or Typesense would reject the schema. */
    public boolean isRefused() {
        return !refusals.isEmpty() || (sample != null && sample.schemaRefused() != null);
    }

    /** Returns whether rows of the sample would become dead letters. */
    public boolean isRejected() {
        return sample != null && sample.rejected() > 0;
    }
}
