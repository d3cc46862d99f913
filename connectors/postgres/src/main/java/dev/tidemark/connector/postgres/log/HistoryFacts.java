package dev.tidemark.connector.postgres.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Facts that identify a cluster's history. In one history none of the numbers decreases.
 *
 * @param system the cluster's system identifier; {@code null} if its functions were revoked from our role
 * @param database the database's oid
 * @param standby whether the server is in recovery
 * @param timeline the timeline that is written, or replayed
 * @param end the end of the log: of what is inserted, or replayed
 * @param flushed the end of what is on disk, which no restart loses
 * @param checkpoint the last checkpoint's LSN; {@code null} as for the system identifier
 * @param started when the server was started, microseconds since 1970
 * @param restart the LSN from which our slot needs the log; the server writes it to disk when it moves. {@code null} without a
 *     slot
 */
record HistoryFacts(
        @Nullable String system,
        String database,
        boolean standby,
        long timeline,
        long end,
        long flushed,
        @Nullable Long checkpoint,
        long started,
        @Nullable Long restart) {

    /** Aurora shows no checkpoints of its log there. */
    private static final String MAY =
            "SELECT to_regproc('aurora_version') IS NULL AND has_function_privilege('pg_control_system()', 'EXECUTE') AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE')";

    private static final String FACTS = """
            SELECT %s,
                   (SELECT oid::int8 FROM pg_database WHERE datname = current_database()),
                   pg_is_in_recovery(),
                   CASE WHEN pg_is_in_recovery() THEN NULL
                        ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,
                   CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn
                        ELSE pg_current_wal_flush_lsn() - '0/0'::pg_lsn END,
                   CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn
                        ELSE pg_current_wal_insert_lsn() - '0/0'::pg_lsn END,
                   (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::int8,
                   (SELECT restart_lsn - '0/0'::pg_lsn FROM pg_replication_slots WHERE slot_name = ?)
            """;

    private static final String CONTROL = "(SELECT system_identifier::text FROM pg_control_system()),"
            + " (SELECT timeline_id FROM pg_control_checkpoint()),"
            + " (SELECT checkpoint_lsn - '0/0'::pg_lsn FROM pg_control_checkpoint())";

    static HistoryFacts read(Connection connection, String slot) throws SQLException {
        boolean control;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(MAY)) {
            row.next();
            control = row.getBoolean(1);
        }
        String columns = control ? CONTROL : "NULL::text, NULL::int, NULL::numeric";
        try (PreparedStatement statement = connection.prepareStatement(FACTS.formatted(columns))) {
            statement.setString(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return of(row);
            }
        }
    }

    private static HistoryFacts of(ResultSet row) throws SQLException {
        String written = row.getString(6);
        return new HistoryFacts(
                row.getString(1),
                row.getString(4),
                row.getBoolean(5),
                written == null ? row.getLong(2) : Long.parseLong(written, 16),
                row.getLong(8),
                row.getLong(7),
                lsn(row, 3),
                row.getLong(9),
                lsn(row, 10));
    }

    private static @Nullable Long lsn(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }

    /** Returns the same without what is of a slot of another name. */
    HistoryFacts withoutSlot() {
        return new HistoryFacts(system, database, standby, timeline, end, flushed, checkpoint, started, null);
    }

    /** Returns the facts under the names in which they are recorded. */
    Map<String, String> texts() {
        Map<String, String> texts = new HashMap<>();
        put(texts, "system", system);
        put(texts, "database", database);
        put(texts, "standby", standby);
        put(texts, "timeline", timeline);
        put(texts, "end", end);
        put(texts, "flushed", flushed);
        put(texts, "checkpoint", checkpoint);
        put(texts, "started", started);
        put(texts, "restart", restart);
        return texts;
    }

    private static void put(Map<String, String> texts, String name, @Nullable Object value) {
        if (value != null) {
            texts.put(name, value.toString());
        }
    }

    /** Returns recorded facts; {@code null} if none are. */
    static @Nullable HistoryFacts parse(Map<String, String> texts) {
        if (texts.isEmpty()) {
            return null;
        }
        return new HistoryFacts(
                texts.get("system"),
                Objects.requireNonNull(texts.get("database")),
                Boolean.parseBoolean(texts.get("standby")),
                number(texts, "timeline", 0),
                number(texts, "end", 0),
                number(texts, "flushed", 0),
                optional(texts, "checkpoint"),
                number(texts, "started", 0),
                optional(texts, "restart"));
    }

    private static long number(Map<String, String> texts, String name, long otherwise) {
        Long value = optional(texts, name);
        return value == null ? otherwise : value;
    }

    private static @Nullable Long optional(Map<String, String> texts, String name) {
        String value = texts.get(name);
        return value == null ? null : Long.valueOf(value);
    }
}
