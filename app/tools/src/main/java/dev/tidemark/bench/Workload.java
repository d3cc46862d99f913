package dev.tidemark.bench;

import dev.tidemark.connector.ConnectorFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The benchmark's database and table and what happens to it: 13 columns, in transactions of 1,000 rows, written while the
 * subject is stopped so that writing them is not measured.
 */
abstract class Workload implements AutoCloseable {

    static final String DATABASE = "bench";
    static final String TABLE = "products";
    /** The table of three columns: a key, a text and a number. */
    static final String NARROW = "narrow_rows";

    static final int HOT_KEYS = 100;

    private final int rows;

    Workload(int rows) {
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    /** Updates over the hot keys, half as many as there are rows. */
    int hotChanges() {
        return Math.max(1, rows / 2 / HOT_KEYS) * HOT_KEYS;
    }

    int deletes() {
        return rows / 2;
    }

    int lastHotStock() {
        return 1000 + hotChanges() / HOT_KEYS - 1;
    }

    abstract ConnectorFactory factory();

    /** Returns the configuration's lines under {@code source:}. */
    abstract String source();

    /** Returns the table as the configuration names it. */
    String table() {
        return qualified(TABLE);
    }

    /** Returns a table of the database as the configuration names it. */
    abstract String qualified(String table);

    /** Returns an SQL expression for the names of a group of rows, as one text in the order of the names. */
    abstract String listed(String name);

    /** Returns more settings of the document, after a comma; if empty, every column is mapped as it is. */
    String mapping() {
        return "";
    }

    /** Returns how the column of JSON is mapped if all columns are named. */
    String attributes() {
        return "~";
    }

    /** Returns the settings as {@link #mapping} does, but five fields, of the same types, are computed by expressions. */
    String computed() {
        return ", fields: {name: {cel: trim(row.name)}, description: ~, price: {cel: row.price * 1.0}, stock: {cel: row.stock"
                + " + 0, type: int32}, rating: ~, tags: ~, attributes: " + attributes()
                + ", active: {cel: row.active &&"
                + " row.stock >= 0}, sku: {cel: \"lower(row.sku) + '-' + string(row.id)\"}, released: ~, created_at: ~,"
                + " updated_at: ~}";
    }

    abstract Connection connect() throws SQLException;

    /** Returns {@code url}, {@code user} and {@code password} of a JDBC connection. */
    abstract Map<String, String> login();

    /** Returns the fetch size with which the driver does not read the full result at once. */
    abstract int rawFetchSize();

    /** Returns the fields of a document as {@link #mapping} has them, the id first. */
    abstract List<RawField> rawFields();

    /** Creates the table {@link #NARROW} with as many rows. */
    abstract void fillNarrow(int count);

    /** Creates the table as it is before a subject starts. */
    abstract void fill();

    /** Changes every row; its name then begins with {@code Changed product}. */
    abstract void updateAll();

    /**
     * Returns the fields in which a document differs after {@link #updateAll}, if Tidemark sends only those; empty if it sends
     * full documents.
     */
    abstract Set<String> changedFields();

    /** Updates the same 100 rows again and again; the stock of each ends as {@link #lastHotStock}. */
    abstract void updateHot();

    /** Deletes the upper half of the rows. */
    abstract void deleteHalf();

    /** Returns Debezium's stock properties that replace our own. */
    abstract Map<String, String> stock();

    /** Lets go of what a subject left in the database, its position included. */
    abstract void release();

    /** Ends connections of a subject that has ended, if the server would take them for those of the next. */
    void disconnect() {}

    /** Returns a query for the time at which the snapshot of the table began, in milliseconds since 1970; no row before that. */
    abstract String snapshotStart();

    /** Returns a query that has a row once a process streams. */
    abstract String streaming();

    @Override
    public abstract void close();

    /** Waits for the snapshot of the table to begin; returns when it began, milliseconds since 1970. */
    long awaitSnapshotStart() throws InterruptedException {
        return await("the snapshot to begin", snapshotStart());
    }

    /** Waits until a subject streams. */
    void awaitStreaming() throws InterruptedException {
        await("streaming to begin", streaming());
    }

    private long await(String what, String sql) throws InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement(sql)) {
            while (System.nanoTime() < deadline) {
                Long found = first(query);
                if (found != null) {
                    return found;
                }
                Thread.sleep(10);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("while waiting for " + what + ": " + e.getMessage(), e);
        }
        throw new IllegalStateException("waited a minute in vain for " + what);
    }

    private static @Nullable Long first(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next() ? Long.valueOf(rows.getLong(1)) : null;
        }
    }
}
