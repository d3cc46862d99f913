package dev.tidemark.document.value;

import dev.tidemark.connector.data.Row;
import dev.tidemark.expression.ExpressionException;
import dev.tidemark.expression.RowExpression;
import org.jspecify.annotations.Nullable;

/** One field of a document and the part of a row that it is formed from, resolved once for each schema. */
public sealed interface FieldWriter {

    /** Returns {@code ,"name":}. */
    byte[] prefix();

    /** Returns the columns that it is formed from, by their index; never changed. */
    int[] columns();

    /** Returns whether the collection takes a document without it. */
    boolean optional();

    /**
     * Writes the field's value.
     *
     * @param row in which all {@link #columns} were sent
     * @return false if nothing was written since it has none
     * @throws ValueRejectedException if the value does not fit the field: column or expression, value, reason; an
     *     {@link InvalidRowException} if it breaks the field's rule
     */
    boolean write(JsonBuffer out, Row row) throws ValueRejectedException;

    /** A column's value. */
    record OfColumn(
            byte[] prefix,
            int[] columns,
            boolean optional,
            String column,
            boolean json,
            ValueWriter writer,
            @Nullable FieldRules rules)
            implements FieldWriter {

        @Override
        public boolean write(JsonBuffer out, Row row) throws ValueRejectedException {
            Object value = row.get(columns[0]);
            if (rules != null) {
                rules.check(json && value != null && ((String) value).strip().equals("null") ? null : value);
            }
            if (value == null) {
                return false;
            }
            try {
                return writer.write(out, value);
            } catch (ValueRejectedException e) {
                throw new ValueRejectedException("column '" + column + "': " + e.getMessage());
            }
        }
    }

    /** A geopoint of two columns: the latitude, then the longitude. */
    record OfPoint(
            byte[] prefix,
            int[] columns,
            boolean optional,
            String column,
            @Nullable FieldRules rules) implements FieldWriter {

        @Override
        public boolean write(JsonBuffer out, Row row) throws ValueRejectedException {
            Object lat = row.get(columns[0]);
            Object lon = row.get(columns[1]);
            if (rules != null) {
                rules.check(lat == null ? null : lon);
            }
            if (lat == null || lon == null) {
                return false;
            }
            try {
                ValueWriters.geopoint(out, toDouble(lat), toDouble(lon));
                return true;
            } catch (ValueRejectedException e) {
                throw new ValueRejectedException("column '" + column + "': " + e.getMessage());
            }
        }

        private static double toDouble(Object value) {
            return value instanceof Number number ? number.doubleValue() : Double.parseDouble((String) value);
        }
    }

    /** The value that an expression yields. */
    record OfExpression(
            byte[] prefix,
            boolean optional,
            String name,
            RowExpression expression,
            ValueWriter writer,
            @Nullable FieldRules rules)
            implements FieldWriter {

        @Override
        public int[] columns() {
            return expression.columns();
        }

        @Override
        public boolean write(JsonBuffer out, Row row) throws ValueRejectedException {
            Object value = value(row);
            if (rules != null) {
                rules.check(value);
            }
            try {
                return value != null && writer.write(out, value);
            } catch (ValueRejectedException e) {
                throw new ValueRejectedException("field '" + name + "': " + e.getMessage());
            }
        }

        private @Nullable Object value(Row row) throws ValueRejectedException {
            try {
                return expression.of(row);
            } catch (ExpressionException e) {
                throw new ValueRejectedException("field '" + name + "': " + e.getMessage());
            }
        }
    }

    /** An expression that does not fit the table as it is now: every row of it is rejected. */
    record Unfit(byte[] prefix, boolean optional, String reason) implements FieldWriter {

        private static final int[] NO_COLUMNS = {};

        @Override
        public int[] columns() {
            return NO_COLUMNS;
        }

        @Override
        public boolean write(JsonBuffer out, Row row) throws ValueRejectedException {
            throw new ValueRejectedException(reason);
        }
    }
}
