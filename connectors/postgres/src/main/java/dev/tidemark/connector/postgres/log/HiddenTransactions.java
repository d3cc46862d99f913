package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.SourceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Transactions that other sessions do not see: who holds each, and what ends it. For people. */
final class HiddenTransactions {

    private static final int NAMED = 3;

    /** A transaction that was prepared has a name and no session. */
    private static final String PREPARED =
            "SELECT transaction::text, gid, owner::text, database::text, prepared::timestamptz(0)::text FROM pg_prepared_xacts";

    /**
     * Sessions that are not seen to wait for a standby. The state of other users' sessions is NULL for a user that is not
     * permitted to read all statistics.
     */
    private static final String RUNNING =
            "SELECT backend_xid::text, pid, usename::text, application_name, xact_start::timestamptz(0)::text,"
                    + " state IS NULL FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
                    + " AND wait_event IS DISTINCT FROM 'SyncRep'";

    private final Connection connection;

    /** Holder of a transaction, as words that follow its number, and what to do about it. */
    private record Holder(String words, String hint) {}

    HiddenTransactions(Connection connection) {
        this.connection = connection;
    }

    /** Returns the failure of a wait for these transactions, as a retryable one. */
    SourceException explain(List<Xid> transactions) throws SQLException {
        Map<String, Holder> holders = holders();
        List<String> described = new ArrayList<>();
        Set<String> hints = new LinkedHashSet<>();
        List<Xid> committing = new ArrayList<>();
        for (Xid transaction : transactions) {
            Holder holder = holders.get(transaction.toString());
            if (holder == null) {
                committing.add(transaction);
            } else {
                described.add("transaction " + transaction + holder.words());
                hints.add(holder.hint());
            }
        }
        if (!committing.isEmpty()) {
            SourceException waiting = committing(committing);
            described.add(0, waiting.getMessage());
            hints.add(waiting.hint());
        }
        String more = described.size() > NAMED ? "; and " + (described.size() - NAMED) + " more" : "";
        return SourceException.retryable(
                described.stream().limit(NAMED).collect(Collectors.joining("; ")) + more,
                hints.stream().limit(NAMED).collect(Collectors.joining("; ")));
    }

    private Map<String, Holder> holders() throws SQLException {
        Map<String, Holder> holders = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(PREPARED)) {
                while (rows.next()) {
                    holders.put(rows.getString(1), prepared(rows));
                }
            }
            try (ResultSet rows = statement.executeQuery(RUNNING)) {
                while (rows.next()) {
                    holders.put(rows.getString(1), running(rows));
                }
            }
        }
        return holders;
    }

    private static Holder prepared(ResultSet row) throws SQLException {
        String name = "'" + row.getString(2).replace("'", "''") + "'";
        return new Holder(
                " was prepared as " + name + " by " + row.getString(3) + " at " + row.getString(5)
                        + ", has not ended since, and what it changed is not visible to other sessions yet",
                "in database " + row.getString(4) + ", type COMMIT PREPARED " + name + " or ROLLBACK PREPARED " + name
                        + "; where a COMMIT PREPARED of it hangs, it waits for a synchronous standby");
    }

    private static Holder running(ResultSet row) throws SQLException {
        String pid = row.getString(2);
        String application = row.getString(4);
        String session = " of session " + pid + " (user " + row.getString(3)
                + (application.isEmpty() ? "" : ", " + application) + ")";
        if (row.getBoolean(6)) {
            return new Holder(
                    session
                            + " runs, or is in the log and waits for a synchronous standby: the user has no permission to see which",
                    "GRANT pg_read_all_stats to the user to see it; a standby that is away must come back,"
                            + " and a transaction that runs must end");
        }
        return new Holder(
                session + " runs since " + row.getString(5)
                        + ", and what it changed is not visible to other sessions yet",
                "let it end, or type SELECT pg_terminate_backend(" + pid + ")");
    }

    private SourceException committing(List<Xid> transactions) throws SQLException {
        String standbys = standbys(connection);
        String names = transactions.stream().limit(NAMED).map(Xid::toString).collect(Collectors.joining(", "))
                + (transactions.size() > NAMED ? ", ..." : "");
        String message = (transactions.size() == 1 ? "transaction " : "transactions ") + names
                + (transactions.size() == 1 ? " is" : " are") + " in the log, but not visible to other sessions yet";
        return standbys.isEmpty()
                ? SourceException.retryable(
                        message,
                        "what it changed is read as soon as it is; pg_stat_activity shows what the session waits for")
                : SourceException.retryable(
                        message + ": the server waits for a synchronous standby (synchronous_standby_names = '"
                                + standbys + "')",
                        "bring the standby back, or take it out of synchronous_standby_names: pg_stat_replication lists"
                                + " those that are connected");
    }

    /** Returns the setting {@code synchronous_standby_names}; empty if the server waits for no standby. */
    static String standbys(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT current_setting('synchronous_standby_names')")) {
            answer.next();
            return answer.getString(1);
        }
    }
}
