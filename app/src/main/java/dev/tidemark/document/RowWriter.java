package dev.tidemark.document;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of one schema into JSON documents: the fields and their writers, resolved once. One thread at a time. */
final class RowWriter {

    /**
     * One field, resolved.
     *
     * @param prefix {@code ,"name":}
     * @param column the column's name, for messages
     * @param index where its value stands in a row
     * @param second where the longitude of a geopoint stands, else -1
     * @param writer how the value is written; null for a geopoint of two columns
     * @param optional whether the collection takes a document without it
     */
    record FieldWriter(
            byte[] prefix,
            String column,
            int index,
            int second,
            @Nullable ValueWriter writer,
            boolean optional) {}

    private static final byte[] ID = "{\"id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** The last bit of a set of fields stands for this field and all after it: one long does for any table. */
    private static final int SHARED = 63;

    private final FieldWriter[] fields;
    private final DocumentIds ids;
    private final RowSchema schema;
    private final boolean partial;
    private final long all;

    /** @param partial whether the collection takes single fields of these documents */
    RowWriter(RowSchema schema, DocumentIds ids, List<FieldWriter> fields, boolean partial) {
        this.schema = schema;
        this.ids = ids;
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

    /** Whether every mapped column was sent. */
    boolean isEnough(Row row) {
        for (FieldWriter field : fields) {
            if (!isSent(row, field)) {
                return false;
            }
        }
        return true;
    }

    /** See {@link DocumentMapper#changed}. */
    long changed(@Nullable Row before, Row after) {
        long changed = ChangedFields.NONE;
        for (int i = 0; i < fields.length; i++) {
            FieldWriter field = fields[i];
            if (differs(before, after, field.index) || (field.second >= 0 && differs(before, after, field.second))) {
                if (!isSent(after, field) || (!field.optional && isNull(after, field))) {
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

    /** A value that was not sent did not change; one of which nothing is known from before may have. */
    private static boolean differs(@Nullable Row before, Row after, int column) {
        Object now = after.get(column);
        if (now == Row.UNAVAILABLE) {
            return false;
        }
        Object then = before == null ? Row.UNAVAILABLE : before.get(column);
        return then == Row.UNAVAILABLE || !Values.same(then, now);
    }

    private static boolean isSent(Row row, FieldWriter field) {
        return row.get(field.index) != Row.UNAVAILABLE
                && (field.second < 0 || row.get(field.second) != Row.UNAVAILABLE);
    }

    private static boolean isNull(Row row, FieldWriter field) {
        return row.get(field.index) == null || (field.second >= 0 && row.get(field.second) == null);
    }

    /** Fills the buffer with the row's document. */
    void write(JsonBuffer out, String id, Row row) throws ValueRejectedException {
        out.reset();
        out.raw(ID);
        out.string(id);
        for (FieldWriter field : fields) {
            Object value = row.get(field.index);
            if (value != null) {
                int before = out.length();
                out.raw(field.prefix);
                if (!writeValue(out, field, value, row)) {
                    out.truncate(before);
                }
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
            // Of the fields that share a bit, one may not have been sent: it did not change.
            if ((changed & bit(i)) != 0 && (i < SHARED || isSent(row, field))) {
                out.raw(field.prefix);
                int before = out.length();
                Object value = row.get(field.index);
                if (value == null || !writeValue(out, field, value, row)) {
                    out.truncate(before);
                    out.raw(NULL);
                }
            }
        }
        out.raw((byte) '}');
    }

    private static boolean writeValue(JsonBuffer out, FieldWriter field, Object value, Row row)
            throws ValueRejectedException {
        try {
            ValueWriter writer = field.writer;
            if (writer != null) {
                return writer.write(out, value);
            }
            Object lon = row.get(field.second);
            if (lon == null) {
                return false;
            }
            ValueWriters.geopoint(out, toDouble(value), toDouble(lon));
            return true;
        } catch (ValueRejectedException e) {
            throw new ValueRejectedException("column '" + field.column + "': " + e.getMessage());
        }
    }

    private static double toDouble(Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.parseDouble((String) value);
    }
}
