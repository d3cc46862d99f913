package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.data.TableId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Facts of the catalog by which a later comparison finds rows that moved without a change of rows in the log. All of them come from one
 * statement, so from one view of the catalog: a rewrite is never seen without the columns that it rewrote.
 *
 * <pre>
 * table             the oid
 * part OID          the relation that holds rows: file node, transaction that attached it (0 for the table itself), filled | empty, name
 * column NAME       its number, and the transaction that changed its definition last
 * label OID         the label of an enum that a column uses, in any nesting
 * </pre>
 */
public final class CatalogFacts {

    public static final String TABLE = "table";
    public static final String PART = "part ";
    public static final String COLUMN = "column ";
    public static final String LABEL = "label ";

    /** The level of a leaf is the number of links to the table that is captured, which may be a partition itself. */
    private static final String FACTS = """
            WITH wanted AS (
                SELECT w.nsp, w.rel, c.oid, c.relkind FROM unnest(?::text[], ?::text[]) AS w(nsp, rel)
                JOIN pg_namespace n ON n.nspname = w.nsp
                JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.rel AND c.relkind IN ('r', 'p')
            )
            SELECT w.nsp, w.rel, 'table', w.oid::text FROM wanted w
            UNION ALL
            SELECT w.nsp, w.rel, 'part ' || c.oid,
                   c.relfilenode || ' '
                   || CASE WHEN c.oid = w.oid THEN '0' ELSE coalesce(
                          (SELECT i.xmin::text FROM pg_partition_ancestors(c.oid) WITH ORDINALITY a(relid, n)
                           JOIN pg_inherits i ON i.inhrelid = a.relid
                           WHERE a.n <= t.level ORDER BY age(i.xmin) LIMIT 1), '0') END || ' '
                   || CASE WHEN coalesce(pg_relation_size(c.oid), 0) > 0 THEN 'filled' ELSE 'empty' END || ' '
                   || n.nspname || '.' || c.relname
            FROM wanted w
            CROSS JOIN LATERAL (
                SELECT w.oid AS relid, 0 AS level WHERE w.relkind = 'r'
                UNION ALL
                SELECT relid, level FROM pg_partition_tree(w.oid) WHERE isleaf AND relid <> w.oid) t
            JOIN pg_class c ON c.oid = t.relid AND c.relkind = 'r'
            JOIN pg_namespace n ON n.oid = c.relnamespace
            UNION ALL
            SELECT w.nsp, w.rel, 'column ' || a.attname, a.attnum || ' ' || a.xmin
            FROM wanted w JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT DISTINCT w.nsp, w.rel, 'label ' || e.oid, e.enumlabel::text
            FROM wanted w JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
            CROSS JOIN LATERAL (
                WITH RECURSIVE types(oid) AS (
                    SELECT a.atttypid
                    UNION
                    SELECT inner_type.oid FROM types s JOIN pg_type p ON p.oid = s.oid
                    CROSS JOIN LATERAL (
                        SELECT p.typbasetype WHERE p.typtype = 'd'
                        UNION ALL SELECT p.typelem WHERE p.typelem <> 0
                        UNION ALL SELECT f.atttypid FROM pg_attribute f
                                  WHERE p.typtype = 'c' AND f.attrelid = p.typrelid AND f.attnum > 0 AND NOT f.attisdropped
                    ) inner_type(oid)
                ) SELECT oid FROM types) u
            JOIN pg_enum e ON e.enumtypid = u.oid
            """;

    private CatalogFacts() {}

    /** Returns the facts of each of the tables that exist. */
    public static Map<TableId, Map<String, String>> of(Connection connection, Collection<TableId> tables)
            throws SQLException {
        Map<TableId, Map<String, String>> found = new LinkedHashMap<>();
        Array schemas = connection.createArrayOf(
                "text", tables.stream().map(TableId::schema).toArray());
        Array names = connection.createArrayOf(
                "text", tables.stream().map(TableId::table).toArray());
        try (PreparedStatement statement = connection.prepareStatement(FACTS)) {
            statement.setArray(1, schemas);
            statement.setArray(2, names);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(new TableId(rows.getString(1), rows.getString(2)), table -> new TreeMap<>())
                            .put(rows.getString(3), rows.getString(4));
                }
            }
        }
        return found;
    }

    /**
     * A relation that holds rows of a table.
     *
     * @param file its file node: another one after a rewrite or a TRUNCATE
     * @param attached the transaction that attached it, 0 for the table itself
     * @param filled whether its file is not empty
     */
    public record Part(String file, String attached, boolean filled, String name) {

        static Part of(String fact) {
            String[] fields = fact.split(" ", 4);
            return new Part(fields[0], fields[1], fields[2].equals("filled"), fields[3]);
        }
    }

    /** Returns the relations that hold rows, by their oids. */
    public static Map<String, Part> parts(Map<String, String> facts) {
        Map<String, Part> parts = new TreeMap<>();
        of(facts, PART).forEach((oid, fact) -> parts.put(oid, Part.of(fact)));
        return parts;
    }

    /** Returns the facts of one kind, without the kind in their keys. */
    public static Map<String, String> of(Map<String, String> facts, String kind) {
        Map<String, String> found = new TreeMap<>();
        facts.forEach((key, value) -> {
            if (key.startsWith(kind)) {
                found.put(key.substring(kind.length()), value);
            }
        });
        return found;
    }
}
