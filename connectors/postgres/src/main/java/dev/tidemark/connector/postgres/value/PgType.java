package dev.tidemark.connector.postgres.value;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A type as pg_type has it; of a domain, the type at the end of its chain. Names decide nothing: an array is what an element's type names
 * as its array.
 *
 * @param base whether it is a base type: nothing that a user creates without C functions
 * @param element of an array whose elements are separated by commas
 */
public record PgType(
        int oid, String name, boolean base, @Nullable PgType element) {

    /** Columns of a query in which {@code b} is a row of pg_type, after {@link #ELEMENT} is joined. */
    public static final String COLUMNS =
            "b.oid::int8, b.typname, b.typtype = 'b', e.oid::int8, e.typname, e.typtype = 'b'";

    public static final String ELEMENT =
            " LEFT JOIN pg_catalog.pg_type e ON e.oid = b.typelem AND e.typarray = b.oid AND e.typdelim = ','";

    /** Returns the type in the row's columns from that one on. */
    public static PgType of(ResultSet row, int first) throws SQLException {
        long element = row.getLong(first + 3);
        PgType elementType = row.wasNull()
                ? null
                : new PgType((int) element, row.getString(first + 4), row.getBoolean(first + 5), null);
        return new PgType((int) row.getLong(first), row.getString(first + 1), row.getBoolean(first + 2), elementType);
    }
}
