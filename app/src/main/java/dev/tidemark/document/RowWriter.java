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
     */
    record FieldWriter(
            byte[] prefix,
            String column,
            int index,
            int second,
            @Nullable ValueWriter writer) {}

    private static final byte[] ID = "{\"id\":".getBytes(StandardCharsets.US_ASCII);

    private final FieldWriter[] fields;
    private final DocumentIds ids;
    private final RowSchema schema;

    RowWriter(RowSchema schema, DocumentIds ids, List<FieldWriter> fields) {
        this.schema = schema;
        this.ids = ids;
        this.fields = fields.toArray(FieldWriter[]::new);
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
            if (row.get(field.index) == Row.UNAVAILABLE
                    || (field.second >= 0 && row.get(field.second) == Row.UNAVAILABLE)) {
                return false;
            }
        }
        return true;
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
