package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Row-level security as pg_catalog has it now, independent of the transaction's snapshot. One instance for one connection. */
final class PolicyCatalog {

    /** For the current user the server reports whether policies apply; for others the same is computed. */
    private static final String POLICIES = """
            WITH me AS (SELECT oid FROM pg_roles WHERE rolname = current_user),
            readers AS (SELECT DISTINCT x.rel, coalesce(nullif(x.reader, 0), me.oid) AS reader
                        FROM me, unnest(CAST(? AS oid[]), CAST(? AS oid[])) AS x(rel, reader))
            SELECT n.nspname, c.relname, q.rolname, q.oid = me.oid,
                   CASE WHEN q.oid = me.oid THEN row_security_active(c.oid)
                        ELSE c.relrowsecurity AND NOT (q.rolsuper OR q.rolbypassrls)
                             AND (c.relforcerowsecurity OR NOT pg_has_role(q.oid, c.relowner, 'USAGE')) END,
                   pg_has_role(q.oid, c.relowner, 'USAGE'),
                   coalesce(p.every_row, false), p.restrictive,
                   concat_ws(' ', c.oid, c.xmin, (SELECT string_agg(concat(oid, ':', xmin), ' ' ORDER BY oid)
                                                  FROM pg_policy WHERE polrelid = c.oid))
            FROM readers x JOIN pg_class c ON c.oid = x.rel JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_roles q ON q.oid = x.reader CROSS JOIN me
            LEFT JOIN LATERAL (
                SELECT bool_or(polpermissive AND pg_get_expr(polqual, polrelid) = 'true') AS every_row,
                       string_agg(quote_ident(polname), ', ' ORDER BY polname) FILTER (WHERE NOT polpermissive) AS restrictive
                FROM pg_policy WHERE polrelid = c.oid AND polcmd IN ('r', '*')
                  AND EXISTS (SELECT FROM unnest(polroles) r
                              WHERE CASE WHEN r = 0 THEN true ELSE pg_has_role(q.oid, r, 'USAGE') END)
            ) p ON true
            ORDER BY n.nspname, c.relname, q.oid <> me.oid, q.rolname
            """;

    /** The reader's oid that stands for our own role. */
    static final long OURS = 0;

    /** A relation and the role with whose rights it is read, by their oids. */
    record Reading(long relation, long reader) {}

    private final Connection connection;

    PolicyCatalog(Connection connection) {
        this.connection = connection;
    }

    /** Returns what policies do to our own role. Tables that do not exist are left out. */
    List<Policies> of(Stream<TableId> tables) throws SQLException {
        PostgresCatalog catalog = new PostgresCatalog(connection);
        List<Reading> readings = new ArrayList<>();
        for (TableId table : tables.distinct().toList()) {
            Long oid = catalog.oid(table);
            if (oid != null) {
                readings.add(new Reading(oid, OURS));
            }
        }
        return of(readings);
    }

    List<Policies> of(List<Reading> readings) throws SQLException {
        List<Policies> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(POLICIES)) {
            statement.setString(1, array(readings.stream().map(Reading::relation)));
            statement.setString(2, array(readings.stream().map(Reading::reader)));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(policies(rows));
                }
            }
        }
        return found;
    }

    static String array(Stream<Long> oids) {
        return oids.map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    private static Policies policies(ResultSet row) throws SQLException {
        return new Policies(
                new TableId(row.getString(1), row.getString(2)),
                row.getString(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getString(8),
                row.getString(9));
    }
}
