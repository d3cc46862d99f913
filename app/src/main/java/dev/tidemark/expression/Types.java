package dev.tidemark.expression;

import com.google.common.collect.ImmutableList;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.tidemark.connector.data.ColumnType;

/**
 * Columns' types for CEL's checker. Every column may be compared with null, whether the database lets it be NULL or not:
 * a column that is NOT NULL today may become nullable tomorrow, and MySQL's zero dates are NULL in any column.
 */
final class Types {

    /**
     * Decimals of up to this number of digits are doubles without loss, others texts: as in documents (docs/reference/types.md).
     */
    private static final int EXACT_DIGITS = 15;

    static final CelType POINT = OpaqueType.create("geopoint");
    static final CelType TEXT = NullableType.create(SimpleType.STRING);
    static final CelType FLOAT = NullableType.create(SimpleType.DOUBLE);
    static final CelType TIME = SimpleType.TIMESTAMP; // CEL lets every timestamp be null

    private Types() {}

    static CelType of(ColumnType column) {
        return switch (column.kind()) {
            case BOOL -> NullableType.create(SimpleType.BOOL);
            case INT32, INT64 -> NullableType.create(SimpleType.INT);
            case DECIMAL -> isExact(column) ? FLOAT : TEXT;
            case FLOAT32, FLOAT64 -> FLOAT;
            case TEXT -> TEXT;
            case BYTES -> NullableType.create(SimpleType.BYTES);
            case DATE, TIMESTAMP -> TIME;
            case JSON -> SimpleType.DYN;
            case POINT -> POINT;
            case ARRAY -> {
                ColumnType element = column.element();
                yield new NullableList(element == null ? SimpleType.DYN : of(element));
            }
        };
    }

    /** Returns whether a decimal is a number in CEL. */
    static boolean isExact(ColumnType decimal) {
        return decimal.precision() > 0 && decimal.precision() <= EXACT_DIGITS;
    }

    /** A list that may be null; CEL's own nullable type loses what the elements are. */
    private static final class NullableList extends ListType {

        private final ImmutableList<CelType> element;

        NullableList(CelType element) {
            this.element = ImmutableList.of(element);
        }

        @Override
        public CelKind kind() {
            return CelKind.LIST;
        }

        @Override
        public String name() {
            return "list";
        }

        @Override
        public ImmutableList<CelType> parameters() {
            return element;
        }

        @Override
        public boolean isAssignableFrom(CelType other) {
            return other.equals(SimpleType.NULL_TYPE)
                    || (other instanceof ListType list && list.parameters().equals(element));
        }
    }
}
