package dev.tidemark.document.value;

/** Writes one column's values as one field's JSON; chosen once per schema, never per row. */
@FunctionalInterface
public interface ValueWriter {

    /**
     * Writes the value.
     *
     * @param value in the form of its column type; never null
     * @return false if nothing was written since the value means "no value" (a JSON null)
     * @throws ValueRejectedException if the value does not fit the field, with the value and the reason
     */
    boolean write(JsonBuffer out, Object value) throws ValueRejectedException;
}
