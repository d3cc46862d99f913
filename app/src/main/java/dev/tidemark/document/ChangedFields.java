package dev.tidemark.document;

/**
 * A set of a document's fields, as the bits of a long: the mapping and the row's schema define which bit stands for which
 * field. Sets of rows of one {@code RowSchema} instance may be united by {@code |}; others have nothing in common.
 */
public final class ChangedFields {

    /** No field: the document stays as it is. */
    public static final long NONE = 0;

    /** The full document, not only fields of it: what is not in the row is not in the document either. */
    public static final long ALL = -1;

    private ChangedFields() {}
}
