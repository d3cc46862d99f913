package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.base.text.StatementText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of other sessions that a session of an engine waits for. The server creates a slot only when all transactions of
 * all databases have ended that ran when it began; it waits for one at a time.
 */
public final class Blockers {

    private static final int SHOWN = 3;

    /**
     * The one that holds the slot, which is listed while it is created, and others in the same database: of the engine, and the
     * one that creates the publication ({@link dev.tidemark.connector.postgres.connection.Database#WAITING}).
     */
    private static final String WAITING = """
            SELECT w.pid, w.pid IS NOT DISTINCT FROM (SELECT active_pid FROM pg_catalog.pg_replication_slots WHERE slot_name = ?)
              FROM pg_catalog.pg_stat_activity w
             WHERE w.wait_event_type = 'Lock' AND w.usename = current_user
               AND clock_timestamp() - coalesce(w.query_start, w.backend_start) > interval '2 s'
               AND (w.pid IN (SELECT active_pid FROM pg_catalog.pg_replication_slots WHERE slot_name = ?)
                    OR w.application_name LIKE ANY (ARRAY['Debezium%', 'tidemark position%'])
                       AND w.datname = current_database())
             ORDER BY 2 DESC, 1
            """;

    /** For a slot that is created all others that may write; they are waited for one after the other. */
    private static final String SESSIONS = """
            SELECT a.pid, a.usename, a.datname, host(a.client_addr), a.application_name, a.state, a.query,
                   extract(epoch FROM clock_timestamp() - a.xact_start)::bigint
              FROM pg_catalog.pg_stat_activity a
             WHERE a.pid = ANY (pg_catalog.pg_blocking_pids(?))
                OR ? AND a.backend_xid IS NOT NULL AND a.pid <> ?
             ORDER BY a.pid = ANY (pg_catalog.pg_blocking_pids(?)) DESC, a.xact_start NULLS LAST
            """;

    private static final String PREPARED = """
            SELECT p.gid, p.owner, p.database, extract(epoch FROM clock_timestamp() - p.prepared)::bigint
              FROM pg_catalog.pg_prepared_xacts p
             WHERE ? OR p.transaction IN
                     (SELECT l.transactionid FROM pg_catalog.pg_locks l WHERE l.pid = ? AND NOT l.granted)
                OR 0 = ANY (pg_catalog.pg_blocking_pids(?)) AND p.database = current_database()
             ORDER BY p.prepared
            """;

    private final Connection connection;
    private final String slot;

    public Blockers(Connection connection, String slot) {
        this.connection = connection;
        this.slot = slot;
    }

    public Optional<Check> find() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WAITING)) {
            statement.setString(1, slot);
            statement.setString(2, slot);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(check(row.getInt(1), row.getBoolean(2))) : Optional.empty();
            }
        }
    }

    /**
     * Returns what a slot waits for that another start began to create. That start may have been killed: the server notices only
     * when the creation has ended, and then releases the slot automatically.
     */
    public Check ofCreation(ReplicationSlot created) throws SQLException {
        String begun = "slot " + slot + " is still being created by " + created.holder()
                + ", which a start that was killed may have left behind";
        return find().map(waits -> Check.unreachable(waits.subject(), begun + ": " + waits.message(), waits.hint()))
                .orElse(Check.unreachable(
                        "slot " + slot,
                        begun,
                        "wait until it has ended; or, if no other Tidemark uses the slot: SELECT pg_terminate_backend("
                                + created.activePid() + ")"));
    }

    private Check check(int waiting, boolean creates) throws SQLException {
        List<String> found = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        sessions(waiting, creates, found, ends);
        prepared(waiting, creates, found, ends);
        String what = creates
                ? "the creation of slot " + slot + " waits until open transactions have ended: "
                : "the source waits for a lock that another transaction holds: ";
        String others = found.size() > SHOWN ? "; and " + (found.size() - SHOWN) + " more" : "";
        return Check.unreachable(
                "database",
                what
                        + (found.isEmpty()
                                ? "process " + waiting + " waits, for whom is not shown to this user"
                                : String.join("; ", found.subList(0, Math.min(SHOWN, found.size()))) + others),
                ends.isEmpty()
                        ? "end the transactions that are open (pg_stat_activity, pg_prepared_xacts)"
                        : "end it: " + ends.get(0) + ". Tidemark continues automatically");
    }

    private void sessions(int waiting, boolean creates, List<String> found, List<String> ends) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SESSIONS)) {
            statement.setInt(1, waiting);
            statement.setBoolean(2, creates);
            statement.setInt(3, waiting);
            statement.setInt(4, waiting);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(session(row));
                    ends.add("COMMIT there, or SELECT pg_terminate_backend(" + row.getInt(1) + ")");
                }
            }
        }
    }

    private static String session(ResultSet row) throws SQLException {
        StringBuilder text = new StringBuilder("process ").append(row.getInt(1));
        add(text, "user", row.getString(2));
        add(text, "database", row.getString(3));
        add(text, "from", row.getString(4));
        add(text, "application", row.getString(5));
        add(text, "", row.getString(6));
        long seconds = row.getLong(8);
        if (row.wasNull()) {
            return text.append(", its age and statement are shown to members of pg_read_all_stats only")
                    .toString();
        }
        text.append(", open for ").append(StatementText.age(seconds));
        String query = row.getString(7);
        return query == null || query.isBlank()
                ? text.toString()
                : text.append(", last statement: ")
                        .append(StatementText.shortened(query))
                        .toString();
    }

    private static void add(StringBuilder text, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            text.append(", ").append(name).append(name.isEmpty() ? "" : " ").append(value);
        }
    }

    private void prepared(int waiting, boolean creates, List<String> found, List<String> ends) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PREPARED)) {
            statement.setBoolean(1, creates);
            statement.setInt(2, waiting);
            statement.setInt(3, waiting);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String gid = "'" + row.getString(1).replace("'", "''") + "'";
                    found.add("prepared transaction " + gid + ", user " + row.getString(2) + ", database "
                            + row.getString(3) + ", open for " + StatementText.age(row.getLong(4)));
                    ends.add("COMMIT PREPARED " + gid + " or ROLLBACK PREPARED " + gid + " in database "
                            + row.getString(3));
                }
            }
        }
    }
}
