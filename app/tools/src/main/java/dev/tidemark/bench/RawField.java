package dev.tidemark.bench;

/**
 * One field of the documents that {@link RawProcess} writes.
 *
 * @param name of the field
 * @param form how the column's text becomes JSON
 * @param sql the expression that is selected for it
 */
record RawField(String name, Form form, String sql) {

    /** How a column's text becomes JSON. */
    enum Form {
        /** A string, escaped. */
        TEXT,
        /** JSON already, such as a number. */
        JSON,
        /** A boolean of the driver. */
        BOOLEAN
    }

    static RawField text(String name) {
        return new RawField(name, Form.TEXT, name);
    }

    static RawField json(String name) {
        return new RawField(name, Form.JSON, name);
    }

    static RawField json(String name, String sql) {
        return new RawField(name, Form.JSON, sql);
    }

    static RawField bool(String name) {
        return new RawField(name, Form.BOOLEAN, name);
    }
}
