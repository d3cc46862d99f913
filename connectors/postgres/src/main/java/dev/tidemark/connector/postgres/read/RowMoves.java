package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.MovedRows;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.CatalogFacts;
import dev.tidemark.connector.postgres.catalog.CatalogFacts.Part;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows of a table that moved between two views of the catalog without a change of rows in the log: those of partitions that were
 * attached, detached or dropped, and those that got other values. VACUUM FULL, CLUSTER, TRUNCATE, an empty partition and another label of
 * an enum move none. (Decision 0056) Any thread.
 */
public final class RowMoves {

    /** How long a partition is searched for a row from before it was attached; one that takes longer is presumed to have some. */
    private static final Duration SEARCH = Duration.ofSeconds(60);

    private static final String CANCELED = "57014";
    private static final String ITSELF = "0";

    private final Database database;
    private final RowSecurity security;
    private final TableId table;
    private final Map<String, String> before;
    private final Map<String, String> now;

    /**
     * @param before earlier {@link CatalogFacts} of the table
     * @param now its facts now
     */
    public RowMoves(
            Database database,
            RowSecurity security,
            TableId table,
            Map<String, String> before,
            Map<String, String> now) {
        this.database = database;
        this.security = security;
        this.table = table;
        this.before = before;
        this.now = now;
    }

    /** Returns the first finding; empty if all changes of rows are in the log, or if it is another table by its oid. */
    public Optional<MovedRows> find() {
        if (!Objects.equals(before.get(CatalogFacts.TABLE), now.get(CatalogFacts.TABLE))) {
            return Optional.empty(); // its identity is compared elsewhere
        }
        return relabeled()
                .or(this::replacedColumn)
                .or(this::rewritten)
                .or(this::left)
                .or(this::joined);
    }

    private Optional<MovedRows> relabeled() {
        Map<String, String> labels = CatalogFacts.of(now, CatalogFacts.LABEL);
        return CatalogFacts.of(before, CatalogFacts.LABEL).entrySet().stream()
                .filter(label ->
                        labels.containsKey(label.getKey()) && !label.getValue().equals(labels.get(label.getKey())))
                .findFirst()
                .map(label -> new MovedRows(
                        DoubtReason.DDL,
                        "label '" + label.getValue() + "' of an enum was renamed to '" + labels.get(label.getKey())
                                + "': rows have it without a change in the log"));
    }

    private Optional<MovedRows> replacedColumn() {
        Map<String, String> columns = CatalogFacts.of(now, CatalogFacts.COLUMN);
        return CatalogFacts.of(before, CatalogFacts.COLUMN).entrySet().stream()
                .filter(column -> columns.containsKey(column.getKey())
                        && !number(column.getValue()).equals(number(columns.get(column.getKey()))))
                .findFirst()
                .map(column -> new MovedRows(
                        DoubtReason.DDL,
                        "column " + column.getKey() + " is another column than before under the same name"));
    }

    private static String number(@Nullable String column) {
        return String.valueOf(column).replaceFirst(" .*", "");
    }

    /**
     * Finds values that a rewrite changed. VACUUM FULL and CLUSTER write a new file, too, but no definition of a column; an ALTER TABLE
     * that gives rows other values changes that of a column in the same transaction.
     */
    private Optional<MovedRows> rewritten() {
        Map<String, Part> parts = CatalogFacts.parts(now);
        Optional<String> other = CatalogFacts.parts(before).entrySet().stream()
                .filter(part -> {
                    Part same = parts.get(part.getKey());
                    return same != null && !same.file().equals(part.getValue().file());
                })
                .map(part -> part.getValue().name())
                .findFirst();
        Map<String, String> columns = CatalogFacts.of(now, CatalogFacts.COLUMN);
        Optional<String> altered = CatalogFacts.of(before, CatalogFacts.COLUMN).entrySet().stream()
                .filter(column -> columns.containsKey(column.getKey())
                        && !column.getValue().equals(columns.get(column.getKey())))
                .map(Map.Entry::getKey)
                .findFirst();
        return other.flatMap(name -> altered.map(column -> new MovedRows(
                DoubtReason.DDL,
                "the rows of " + name + " were rewritten, and the definition of column " + column
                        + " was changed: its values may be others")));
    }

    private Optional<MovedRows> left() {
        Map<String, Part> parts = CatalogFacts.parts(now);
        for (Map.Entry<String, Part> part : CatalogFacts.parts(before).entrySet()) {
            if (!parts.containsKey(part.getKey()) && (part.getValue().filled() || isFilled(part.getKey()))) {
                return Optional.of(new MovedRows(
                        DoubtReason.PARTITION,
                        "partition " + part.getValue().name() + " was detached or dropped with rows"));
            }
        }
        return Optional.empty();
    }

    /** Returns whether a table that is not a partition any more has rows; false if it was dropped. */
    private boolean isFilled(String oid) {
        return database.ask(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT pg_relation_size(oid) > 0 FROM pg_class WHERE oid = ?::oid")) {
                statement.setString(1, oid);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() && rows.getBoolean(1);
                }
            }
        });
    }

    private Optional<MovedRows> joined() {
        Map<String, Part> known = CatalogFacts.parts(before);
        for (Map.Entry<String, Part> part : CatalogFacts.parts(now).entrySet()) {
            Part found = part.getValue();
            Part same = known.get(part.getKey());
            boolean attached = !found.attached().equals(ITSELF)
                    && (same == null || !same.attached().equals(found.attached()));
            if (attached && found.filled() && hasEarlierRows(part.getKey(), found.attached())) {
                return Optional.of(
                        new MovedRows(DoubtReason.PARTITION, "partition " + found.name() + " was attached with rows"));
            }
        }
        return Optional.empty();
    }

    private boolean hasEarlierRows(String oid, String attached) {
        boolean[] found = new boolean[1];
        try (Connection connection = database.open(SEARCH)) {
            String rows = earlierRows(connection, oid, attached);
            if (rows == null) {
                return false; // it was dropped since: the next comparison shows that
            }
            security.read(connection, table, open -> {
                try (Statement statement = open.createStatement();
                        ResultSet answer = statement.executeQuery(rows)) {
                    found[0] = answer.next() && answer.getBoolean(1);
                }
            });
            return found[0];
        } catch (SQLException e) {
            if (CANCELED.equals(e.getSQLState())) {
                return true;
            }
            throw database.explain(e);
        }
    }

    /**
     * Returns a query for a row that was written before its partition was attached, or before that in the same transaction. It reads the
     * table that we may read, by the bounds of the partition, so that the server leaves out the others. Raw transaction ids outlive
     * freezing. Null if the partition does not exist any more.
     */
    private @Nullable String earlierRows(Connection connection, String oid, String attached) throws SQLException {
        String sql = """
                SELECT pg_get_partition_constraintdef(c.oid),
                       (SELECT i.cmin::text FROM pg_partition_ancestors(c.oid) a JOIN pg_inherits i ON i.inhrelid = a.relid
                        WHERE i.xmin = ?::xid ORDER BY i.cmin::text::int8 DESC LIMIT 1)
                FROM pg_class c WHERE c.oid = ?::oid AND c.relispartition
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, attached);
            statement.setString(2, oid);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return null;
                }
                String bounds = rows.getString(1);
                String command = rows.getString(2);
                return "SELECT EXISTS (SELECT FROM " + Database.quoted(table) + " WHERE tableoid = " + oid
                        + (bounds == null ? "" : " AND (" + bounds + ")")
                        + " AND (age(xmin) > age('" + attached + "'::xid)"
                        + (command == null
                                ? ""
                                : " OR xmin = '" + attached + "'::xid AND cmin::text::int8 < " + command)
                        + "))";
            }
        }
    }
}
