package dev.tidemark.connector.postgres.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A replication slot as {@code pg_replication_slots} shows it.
 *
 * @param plugin its output plugin, null for a physical slot
 * @param database the database it decodes, null for a physical slot
 * @param activePid the process that uses it now
 * @param session whose that is, from where and since when, as far as our role may see it; empty if not
 * @param confirmedFlush the LSN before which it no longer sends anything
 * @param walStatus reserved, extended, unreserved or lost
 * @param invalidation why the server invalidated it; null if it did not, or is older than version 16
 * @param retainedBytes how much of the log it holds back
 * @param safeBytes how much more may be written before the slot may be lost; null if unlimited
 * @param failover whether standbys may keep a copy of it; never before version 17
 * @param synced whether it is such a copy, which can be used after the standby was promoted
 */
public record ReplicationSlot(
        String name,
        @Nullable String plugin,
        @Nullable String database,
        @Nullable Integer activePid,
        String session,
        @Nullable Long confirmedFlush,
        @Nullable String walStatus,
        @Nullable String invalidation,
        long retainedBytes,
        @Nullable Long safeBytes,
        boolean failover,
        boolean synced) {

    /** Returns the slot of that name; {@code null} if it does not exist. */
    public static @Nullable ReplicationSlot find(Connection connection, String name) throws SQLException {
        // A standby has no current write position; there the last one replayed stands for it.
        String sql =
                "SELECT s.*, pg_is_in_recovery() AS standby, s.confirmed_flush_lsn - '0/0'::pg_lsn AS confirmed, coalesce(pg_wal_lsn_diff("
                        + "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,"
                        + " s.restart_lsn), 0)::int8 AS retained, concat_ws(', ', 'user ' || a.usename,"
                        + " CASE WHEN a.backend_start IS NOT NULL THEN coalesce('from ' || host(a.client_addr), 'from this server') END,"
                        + " 'since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')) AS session"
                        + " FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid WHERE s.slot_name = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? of(row) : null;
            }
        }
    }

    private static ReplicationSlot of(ResultSet row) throws SQLException {
        Set<String> columns = new HashSet<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            columns.add(row.getMetaData().getColumnName(i));
        }
        int pid = row.getInt("active_pid");
        Integer activePid = row.wasNull() ? null : Integer.valueOf(pid);
        java.math.BigDecimal confirmed = row.getBigDecimal("confirmed");
        long left = row.getLong("safe_wal_size");
        Long safe = row.wasNull() ? null : Long.valueOf(left);
        return new ReplicationSlot(
                row.getString("slot_name"),
                row.getString("plugin"),
                row.getString("database"),
                activePid,
                row.getString("session"),
                confirmed == null ? null : Long.valueOf(confirmed.longValue()),
                row.getString("wal_status"),
                columns.contains("invalidation_reason") ? row.getString("invalidation_reason") : null,
                row.getLong("retained"),
                safe,
                columns.contains("failover") && row.getBoolean("failover"),
                columns.contains("synced") && row.getBoolean("synced") && row.getBoolean("standby"));
    }

    /** Returns whether a process still creates it: it has no LSN to begin from yet. */
    public boolean isBeingCreated() {
        return activePid != null && confirmedFlush == null && plugin != null;
    }

    /** Returns a description of the process that uses the slot, for messages. */
    public String holder() {
        return "process " + activePid + (session.isEmpty() ? "" : " (" + session + ")");
    }

    /** Returns whether the server has discarded log that the slot needs. */
    boolean lost() {
        return "lost".equals(walStatus) || invalidation != null;
    }

    /** Returns whether the server will discard it at the next checkpoint. */
    boolean endangered() {
        return "unreserved".equals(walStatus);
    }
}
