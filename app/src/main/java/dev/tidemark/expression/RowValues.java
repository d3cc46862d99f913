package dev.tidemark.expression;

import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelVariableResolver;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The columns of a row as CEL's variables. Only what an expression reads is converted. One thread at a time. */
final class RowValues implements CelVariableResolver {

    static final String PREFIX = "row.";

    private static final Optional<Object> NULL = Optional.of(NullValue.NULL_VALUE);

    private final Map<String, Slot> slots = new HashMap<>();
    private @Nullable Row row;

    /** One column: its index, and what was read of it last, if reading is expensive. */
    private static final class Slot {
        private final String column;
        private final int index;
        private final ColumnForm form;
        private final boolean kept;
        private @Nullable Object last;
        private Optional<Object> value = NULL;

        Slot(Column column, int index) {
            this.column = column.name();
            this.index = index;
            this.form = ColumnForm.of(column.type());
            this.kept = column.type().kind() == Kind.JSON;
        }

        Optional<Object> of(Object raw) {
            if (raw == Row.UNAVAILABLE) {
                throw new IllegalStateException("column '" + column + "' was not sent");
            }
            if (!kept) {
                return Optional.of(convert(raw));
            }
            if (raw != last) {
                value = Optional.of(convert(raw));
                last = raw;
            }
            return value;
        }

        private Object convert(Object raw) {
            try {
                return form.of(raw);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("column '" + column + "': " + e.getMessage());
            }
        }
    }

    RowValues(RowSchema schema) {
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            slots.put(PREFIX + column.name(), new Slot(column, i));
        }
    }

    /** Returns the index of the column that a variable stands for, -1 if it stands for none. */
    static int column(RowSchema schema, String variable) {
        return variable.startsWith(PREFIX) ? schema.indexOf(variable.substring(PREFIX.length())) : -1;
    }

    RowValues with(Row next) {
        row = next;
        return this;
    }

    @Override
    public Optional<Object> find(String name) {
        Slot slot = slots.get(name.startsWith(".") ? name.substring(1) : name);
        if (slot == null || row == null) {
            return Optional.empty();
        }
        Object raw = row.get(slot.index);
        return raw == null ? NULL : slot.of(raw);
    }
}
