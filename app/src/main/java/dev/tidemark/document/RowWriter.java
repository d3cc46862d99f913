package dev.tidemark.document;

import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.DocumentMapper.Verdict;
import dev.tidemark.document.value.FieldWriter;
import dev.tidemark.document.value.JsonBuffer;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.document.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writer of rows of one schema as JSON documents: the fields and their writers, resolved once. One thread at a time. */
final class RowWriter {

    private static final byte[] ID = "{\"id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** The last bit of a set of fields stands for this field and all after it: one long does for any table. */
    private static final int SHARED = 63;

    private final FieldWriter[] fields;
    private final String[] names;
    private final boolean required;
    private final boolean unfit;
    private final DocumentIds ids;
    private final RowSchema schema;
    private final @Nullable RowFilter filter;
    private final boolean partial;
    private final long all;

    /**
     * @param names of the fields, in their order
     * @param filter which rows become documents; null: every one
     * @param partial whether the collection takes single fields of these documents
     * @param unfit whether a field cannot take what its column has
     */
    RowWriter(
            RowSchema schema,
            DocumentIds ids,
            List<FieldWriter> fields,
            List<String> names,
            @Nullable RowFilter filter,
            boolean partial,
            boolean unfit) {
        this.names = names.toArray(String[]::new);
        this.required = fields.stream().anyMatch(field -> !field.optional());
        this.unfit = unfit;
        this.schema = schema;
        this.ids = ids;
        this.filter = filter;
        this.fields = fields.toArray(FieldWriter[]::new);
        this.partial = partial;
        this.all = this.fields.length > SHARED ? ChangedFields.ALL : (1L << this.fields.length) - 1;
    }

    DocumentIds ids() {
        return ids;
    }

    RowSchema schema() {
        return schema;
    }

    List<String> fields() {
        return List.of(names);
    }

    boolean isUnfit() {
        return unfit;
    }

    /** Returns the missing fields: see {@link DocumentMapper#missing}. */
    Set<String> missing(Row row) {
        if (!required) {
            return Set.of();
        }
        Set<String> missing = Set.of();
        for (int i = 0; i < fields.length; i++) {
            if (!fields[i].optional()
                    && isNull(row, fields[i].columns())
                    && !(fields[i] instanceof FieldWriter.OfExpression)) {
                missing = missing.isEmpty() ? new HashSet<>() : missing;
                missing.add(names[i]);
            }
        }
        return missing;
    }

    /** Decides whether the row becomes a document: see {@link DocumentMapper#verdict}. */
    Verdict verdict(Row row) throws ValueRejectedException {
        return filter == null ? Verdict.KEPT : filter.verdict(row);
    }

    /** Returns whether every mapped column was sent, and every one that decides whether the row becomes a document. */
    boolean isEnough(Row row) {
        if (filter != null && !isSent(row, filter.columns())) {
            return false;
        }
        for (FieldWriter field : fields) {
            if (!isSent(row, field.columns())) {
                return false;
            }
        }
        return true;
    }

    /** Returns the changed fields: see {@link DocumentMapper#changed}. */
    long changed(@Nullable Row before, Row after) {
        if (filter == null) {
            return changedFields(before, after);
        }
        Verdict now = verdict(filter, after);
        Verdict then = before == null
                ? Verdict.UNKNOWN
                : differs(before, after, filter.columns()) ? verdict(filter, before) : now;
        if (now == Verdict.LEFT_OUT && then == Verdict.LEFT_OUT) {
            return ChangedFields.NONE; // its document was deleted already
        }
        // Invariant 4: a part is right only if the rest of the document exists, so there must have been one.
        return now == Verdict.KEPT && then == Verdict.KEPT ? changedFields(before, after) : ChangedFields.ALL;
    }

    /** Returns the verdict on a row, unknown if the condition fails for it: that is reported when the row is written. */
    private static Verdict verdict(RowFilter filter, Row row) {
        try {
            return filter.verdict(row);
        } catch (ValueRejectedException e) {
            return Verdict.UNKNOWN;
        }
    }

    private long changedFields(@Nullable Row before, Row after) {
        long changed = ChangedFields.NONE;
        for (int i = 0; i < fields.length; i++) {
            FieldWriter field = fields[i];
            if (differs(before, after, field.columns())) {
                if (!isSent(after, field.columns()) || (!field.optional() && isNull(after, field.columns()))) {
                    return ChangedFields.ALL;
                }
                changed |= bit(i);
            }
        }
        return changed == all || (changed != ChangedFields.NONE && !partial) ? ChangedFields.ALL : changed;
    }

    private static long bit(int field) {
        return 1L << Math.min(field, SHARED);
    }

    private static boolean differs(@Nullable Row before, Row after, int[] columns) {
        for (int column : columns) {
            if (differs(before, after, column)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a value may have changed: one that was not sent did not; one whose earlier value is unknown may have. */
    private static boolean differs(@Nullable Row before, Row after, int column) {
        Object now = after.get(column);
        if (now == Row.UNAVAILABLE) {
            return false;
        }
        Object then = before == null ? Row.UNAVAILABLE : before.get(column);
        return then == Row.UNAVAILABLE || !Values.same(then, now);
    }

    private static boolean isSent(Row row, int[] columns) {
        for (int column : columns) {
            if (row.get(column) == Row.UNAVAILABLE) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNull(Row row, int[] columns) {
        for (int column : columns) {
            if (row.get(column) == null) {
                return true;
            }
        }
        return false;
    }

    /** Fills the buffer with the row's document. */
    void write(JsonBuffer out, String id, Row row) throws ValueRejectedException {
        out.reset();
        out.raw(ID);
        out.string(id);
        for (FieldWriter field : fields) {
            int before = out.length();
            out.raw(field.prefix());
            if (!field.write(out, row)) {
                out.truncate(before);
            }
        }
        out.raw((byte) '}');
    }

    /** Fills the buffer with the id and some fields of the row's document; one without a value is an explicit null. */
    void write(JsonBuffer out, String id, Row row, long changed) throws ValueRejectedException {
        out.reset();
        out.raw(ID);
        out.string(id);
        for (int i = 0; i < fields.length; i++) {
            FieldWriter field = fields[i];
            // Of the fields that share a bit, one was possibly not sent: it did not change.
            if ((changed & bit(i)) != 0 && (i < SHARED || isSent(row, field.columns()))) {
                out.raw(field.prefix());
                int before = out.length();
                if (!field.write(out, row)) {
                    out.truncate(before);
                    out.raw(NULL);
                }
            }
        }
        out.raw((byte) '}');
    }
}
