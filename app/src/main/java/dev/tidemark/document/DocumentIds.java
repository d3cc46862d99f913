package dev.tidemark.document;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ids of the documents of rows of one schema: what their key holds, or what an expression yields; with a constant before it if
 * tables share a collection. One thread at a time.
 */
public sealed interface DocumentIds permits KeyIds, ComputedIds {

    /** Resolves the key's columns in a schema; a column that does not exist makes every id null. */
    static DocumentIds of(List<String> columns, RowSchema schema) {
        return KeyIds.of("", columns, schema);
    }

    /**
     * Returns the id of the row.
     *
     * @return null if the id cannot be determined: a column was not sent (of a key: or is NULL); empty if it is certain that such
     *     a row has no id, and so never became a document
     */
    @Nullable
    String of(Row row);

    /** Returns whether two rows of this schema surely have the same id; false if a column was not sent. Creates no text. */
    boolean same(Row one, Row other);

    /**
     * Returns whether two rows of one schema with the same id may be the same row, by the values of their key that both contain.
     */
    boolean mayBeOneRow(Row one, Row other);

    /** Returns the key's values, as the row holds them; for re-reading the row. */
    @Nullable
    Object[] key(Row row);

    /** Returns the texts of the key's values that an id was formed from, or null if an id does not contain them. */
    String @Nullable [] texts(String id);

    /** Returns a human-readable reason why {@link #of} yields no id for the row. */
    String rejectionReason(Row row);
}
