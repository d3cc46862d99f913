package dev.tidemark.connector.data;

/**
 * A table of the source database.
 *
 * @param schema the schema (Postgres) or database (MySQL) the table lives in
 * @param table the table's own name
 */
public record TableId(String schema, String table) {

    /** Parses {@code schema.table}; everything after the first dot is the table's name. */
    public static TableId parse(String qualified) {
        int dot = qualified.indexOf('.');
        if (dot <= 0 || dot == qualified.length() - 1) {
            throw new IllegalArgumentException("'" + qualified + "' is not of the form schema.table");
        }
        return new TableId(qualified.substring(0, dot), qualified.substring(dot + 1));
    }

    @Override
    public String toString() {
        return schema + "." + table;
    }
}
