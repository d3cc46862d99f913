package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.data.TableId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Identification of the rows of tables: keys, children, and the replica identity of each relation that holds rows. Partitions do
 * not inherit the replica identity of their root, and the log contains what the identity of the <em>partition</em> says.
 */
public final class RowIdentities {

    /** The table itself comes first; then all of its leaf partitions, if it is partitioned. */
    private static final String RELATIONS = """
            SELECT w.nsp, w.rel, n.nspname, c.relname, c.relreplident,
                   (SELECT array_agg(a.attname::text) FROM pg_index i
                    JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON k.place <= i.indnkeyatts
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                      AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END),
                   (SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index i
                    JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON k.place <= i.indnkeyatts
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                    WHERE i.indrelid = c.oid AND i.indisprimary),
                   EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND NOT i.indimmediate),
                   (SELECT array_agg(hn.nspname || '.' || h.relname ORDER BY hn.nspname, h.relname) FROM pg_inherits
                    JOIN pg_class h ON h.oid = inhrelid JOIN pg_namespace hn ON hn.oid = h.relnamespace
                    WHERE inhparent = c.oid AND NOT h.relispartition)
            FROM unnest(?::text[], ?::text[]) AS w(nsp, rel)
            JOIN pg_namespace wn ON wn.nspname = w.nsp
            JOIN pg_class wc ON wc.relnamespace = wn.oid AND wc.relname = w.rel
            CROSS JOIN LATERAL (SELECT wc.oid AS relid UNION SELECT relid FROM pg_partition_tree(wc.oid) WHERE isleaf) t
            JOIN pg_class c ON c.oid = t.relid AND c.relkind IN ('r', 'p')
            JOIN pg_namespace n ON n.oid = c.relnamespace
            ORDER BY w.nsp, w.rel, c.oid <> wc.oid, n.nspname, c.relname
            """;

    private RowIdentities() {}

    /**
     * One relation that is written to the log under the name of a captured table.
     *
     * @param name the table itself, or a leaf partition of it
     * @param full whether it has REPLICA IDENTITY FULL
     * @param identity otherwise the columns of its identity
     * @param primaryKey the columns of its primary key in their order
     * @param deferrable whether that primary key is deferrable: Postgres then has no identity by it
     * @param children tables that inherit from it without being partitions
     */
    record Relation(
            TableId name,
            boolean full,
            Set<String> identity,
            List<String> primaryKey,
            boolean deferrable,
            List<String> children) {

        /** Returns whether the log contains the column of the row before a change. */
        boolean sends(String column) {
            return full || identity.contains(column);
        }
    }

    /** Returns the relations of each of the tables that exist; the table itself is the first. */
    public static Map<TableId, List<Relation>> of(Connection connection, Collection<TableId> tables)
            throws SQLException {
        Map<TableId, List<Relation>> found = new LinkedHashMap<>();
        Array schemas = connection.createArrayOf(
                "text", tables.stream().map(TableId::schema).toArray());
        Array names = connection.createArrayOf(
                "text", tables.stream().map(TableId::table).toArray());
        try (PreparedStatement statement = connection.prepareStatement(RELATIONS)) {
            statement.setArray(1, schemas);
            statement.setArray(2, names);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(new TableId(rows.getString(1), rows.getString(2)), table -> new ArrayList<>())
                            .add(relation(rows));
                }
            }
        }
        return found;
    }

    private static Relation relation(ResultSet rows) throws SQLException {
        return new Relation(
                new TableId(rows.getString(3), rows.getString(4)),
                "f".equals(rows.getString(5)),
                Set.copyOf(strings(rows.getArray(6))),
                strings(rows.getArray(7)),
                rows.getBoolean(8),
                strings(rows.getArray(9)));
    }

    private static List<String> strings(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}
