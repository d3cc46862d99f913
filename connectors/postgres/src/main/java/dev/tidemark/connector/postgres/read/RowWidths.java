package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Estimates how wide the rows of tables are: by a sample of them, and by how much disk they take. */
public final class RowWidths {

    private static final Logger LOG = LoggerFactory.getLogger(RowWidths.class);

    private static final int SAMPLED_ROWS = 50;
    private static final int SAMPLED_PAGES = 30;
    private static final int PAGE_BYTES = 8192;
    /** Of a table that cannot be sampled. */
    private static final long UNKNOWN = 64 << 10;

    /** Pages of the table and its partitions, and the average of what a row takes with its TOAST; -1 if the rows were never counted. */
    private static final String SIZES = """
            SELECT coalesce(sum(pg_relation_size(c.oid)) / %d, 0),
              CASE WHEN min(c.reltuples) < 0 THEN -1
                ELSE sum(pg_relation_size(c.oid) + CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE pg_relation_size(c.reltoastrelid) END)
                  / greatest(sum(c.reltuples), 1) END
            FROM pg_class c
            WHERE c.oid = CAST(? AS regclass) AND c.relkind <> 'p'
              OR c.oid IN (SELECT relid FROM pg_partition_tree(CAST(? AS regclass)) WHERE isleaf)
            """.formatted(PAGE_BYTES);

    private final Connection connection;

    public RowWidths(Connection connection) {
        this.connection = connection;
    }

    /** Returns an estimate of the bytes of the widest rows of all of them. */
    public long widest(Collection<TableId> tables) {
        long widest = 1;
        for (TableId table : tables) {
            widest = Math.max(widest, of(table));
        }
        return widest;
    }

    private long of(TableId table) {
        try {
            long[] sizes = sizes(table);
            return Math.max(sampled(table, sizes[0]), sizes[1]);
        } catch (SQLException e) {
            LOG.debug("the rows of {} cannot be measured: {}", table, e.getMessage());
            return UNKNOWN; // the load itself reports what is wrong
        }
    }

    private long[] sizes(TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SIZES)) {
            statement.setString(1, Database.quoted(table));
            statement.setString(2, Database.quoted(table));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new long[] {row.getLong(1), (long) row.getDouble(2)};
            }
        }
    }

    /**
     * Returns the bytes of the widest of some rows that are spread over the table. The server creates the text and sends its
     * length only.
     */
    private long sampled(TableId table, long pages) throws SQLException {
        double percent = Math.min(100, 100.0 * SAMPLED_PAGES / Math.max(1, pages));
        String sql = String.format(
                Locale.ROOT,
                "SELECT max(octet_length(CAST(t AS text))) FROM (SELECT ROW(tidemark_row.*) FROM %s tidemark_row TABLESAMPLE SYSTEM (%f) LIMIT %d) AS x(t)",
                Database.quoted(table),
                Math.max(percent, 0.000_1),
                SAMPLED_ROWS);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
