package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.postgres.read.PolicyCatalog.Reading;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that the statements of a joined document read regardless of policies, and with whose rights. A plan does not show
 * it: it does not contain what policies hide.
 *
 * @param readings relations, and who reads each
 * @param views the oids of the views between
 * @param functions functions that may read more, which cannot be followed
 * @param version changes with every change of one of the views
 */
record JoinReads(List<Reading> readings, List<Long> views, List<String> functions, String version) {

    private static final String NAME = "tidemark_reads_";

    /** A view reads with its owner's rights, or passes on those that it is read with. */
    private static final String WALK = """
            WITH RECURSIVE walk(rel, reader, kind) AS (
                SELECT oid, 0::oid, relkind FROM pg_class
                WHERE relnamespace = pg_my_temp_schema() AND relname LIKE 'tidemark\\_reads\\_%'
              UNION
                SELECT c.oid, CASE WHEN c.relkind = 'v' AND NOT coalesce((SELECT option_value::bool
                           FROM pg_options_to_table(c.reloptions) WHERE option_name = 'security_invoker'), false)
                       THEN c.relowner ELSE w.reader END, c.relkind
                FROM walk w JOIN pg_rewrite r ON r.ev_class = w.rel
                JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                JOIN pg_class c ON c.oid = d.refobjid
                WHERE w.kind = 'v' AND c.oid <> w.rel
            )
            """;

    private static final String RELATIONS = WALK + """
            SELECT DISTINCT w.rel::int8, w.reader::int8, w.kind = 'v' FROM walk w JOIN pg_class c ON c.oid = w.rel
            WHERE w.kind IN ('r', 'p', 'f', 'v') AND c.relnamespace <> pg_my_temp_schema() ORDER BY 1, 2
            """;

    /** Others cannot read tables, or do so as the server's own do. */
    private static final String FUNCTIONS = WALK + """
            SELECT DISTINCT p.oid::regprocedure::text FROM walk w JOIN pg_rewrite r ON r.ev_class = w.rel
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_proc'::regclass
            JOIN pg_proc p ON p.oid = d.refobjid JOIN pg_language l ON l.oid = p.prolang
            WHERE p.provolatile <> 'i' AND l.lanname NOT IN ('c', 'internal') ORDER BY 1
            """;

    private static final String VERSION = """
            SELECT coalesce(string_agg(concat_ws(':', v.oid, v.xmin, r.xmin), ' ' ORDER BY v.oid, r.oid), '')
            FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid WHERE v.oid = ANY (CAST(? AS oid[]))
            """;

    /**
     * Has the server parse the statements, in temporary views that are rolled back.
     *
     * @throws SQLException also if our role has no TEMPORARY privilege, or the server is a standby
     */
    static JoinReads of(Connection connection, List<String> statements) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION READ WRITE");
            for (int i = 0; i < statements.size(); i++) {
                statement.execute("CREATE TEMPORARY VIEW " + NAME + i + " AS SELECT 1 AS one FROM (" + statements.get(i)
                        + "\n) AS reads");
            }
            return found(connection, statement);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static JoinReads found(Connection connection, Statement statement) throws SQLException {
        List<Reading> readings = new ArrayList<>();
        List<Long> views = new ArrayList<>();
        List<String> functions = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(RELATIONS)) {
            while (rows.next()) {
                if (rows.getBoolean(3)) {
                    views.add(rows.getLong(1));
                } else {
                    readings.add(new Reading(rows.getLong(1), rows.getLong(2)));
                }
            }
        }
        try (ResultSet rows = statement.executeQuery(FUNCTIONS)) {
            while (rows.next()) {
                functions.add(rows.getString(1));
            }
        }
        return new JoinReads(readings, views, functions, version(connection, views));
    }

    /** Returns whether its views are still those that were inspected. */
    boolean isCurrent(Connection connection) throws SQLException {
        return version(connection, views).equals(version);
    }

    private static String version(Connection connection, List<Long> views) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(VERSION)) {
            statement.setString(1, PolicyCatalog.array(views.stream()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
