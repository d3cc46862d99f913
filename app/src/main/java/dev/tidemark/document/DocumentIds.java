package dev.tidemark.document;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ids that documents of rows of one schema have: what their key holds, or what an expression yields; with a constant before it
 * where tables share a collection. One thread at a time.
 */
public sealed interface DocumentIds permits KeyIds, ComputedIds {

    /** Resolves the key's columns in a schema; a column that is not there makes every id null. */
    static DocumentIds of(List<String> columns, RowSchema schema) {
        return KeyIds.of("", columns, schema);
    }

    /**
     * The id.
     *
     * @return null if it cannot be told: a column was not sent (of a key: or is NULL); empty if it is told that such a row has
     *     none, and so never became a document
     */
    @Nullable
    String of(Row row);

    /** Whether two rows of this schema surely have the same id; false if a column was not sent. Makes no text. */
    boolean same(Row one, Row other);

    /** Whether two rows of one schema with the same id may be the same row, by what both tell of their key. */
    boolean mayBeOneRow(Row one, Row other);

    /** The key's values, as the row holds them; for reading the row again. */
    @Nullable
    Object[] key(Row row);

    /** The texts of the key's values that an id was made of, or null if an id does not tell them. */
    String @Nullable [] texts(String id);

    /** Why {@link #of} yields no id for the row, for people. */
    String refusal(Row row);
}
