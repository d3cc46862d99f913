package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.data.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Wait for transactions of the log to end for other sessions. Postgres writes the commit to its log first, and holds it
 * there while {@code synchronous_standby_names} requires a standby's confirmation.
 */
public final class VisibleTransactions {

    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 50;

    /**
     * Each holds a lock on its own number until others see it, and anybody may see the locks. A snapshot does not name those that are newer than
     * every transaction that has ended.
     */
    private static final String IN_PROGRESS =
            "SELECT transactionid::text FROM pg_locks WHERE locktype = 'transactionid'"
                    + " AND mode = 'ExclusiveLock' AND granted AND transactionid IS NOT NULL";

    /** Those of other databases changed none of the tables here; a session that is idle has not begun to commit. */
    private static final String UNCONCERNED =
            "SELECT transaction::text FROM pg_prepared_xacts WHERE database <> current_database() UNION ALL"
                    + " SELECT backend_xid::text FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
                    + " AND (datname <> current_database() OR state LIKE 'idle in transaction%')";

    private final Connection connection;

    public VisibleTransactions(Connection connection) {
        this.connection = connection;
    }

    public void await(Collection<Transaction> transactions) throws SQLException, InterruptedException {
        List<Xid> hidden = new ArrayList<>();
        transactions.forEach(transaction -> hidden.add((Xid) transaction));
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause)) {
            hidden.removeIf(snapshot()::sees);
            if (hidden.isEmpty()) {
                return;
            }
            if (System.nanoTime() >= deadline) {
                throw new HiddenTransactions(connection).explain(hidden);
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }

    /**
     * Returns the transactions in progress that may already be in the log: a commit that waits for a standby is one of them.
     * Empty if the server waits for no standby, since then a commit is visible long before a new process gets here.
     */
    public List<Transaction> hiddenBefore() throws SQLException {
        if (HiddenTransactions.standbys(connection).isEmpty()) {
            return List.of();
        }
        List<Transaction> hidden = new ArrayList<>(transactions(IN_PROGRESS));
        hidden.removeAll(transactions(UNCONCERNED)); // queried later: what has not begun to commit now had not then
        return hidden;
    }

    private Set<Transaction> transactions(String sql) throws SQLException {
        Set<Transaction> transactions = new LinkedHashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                transactions.add(new Xid(Integer.parseUnsignedInt(rows.getString(1))));
            }
        }
        return transactions;
    }

    private Snapshot snapshot() throws SQLException {
        return Snapshot.parse(ask("SELECT pg_current_snapshot()::text"));
    }

    private String ask(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet answer = statement.executeQuery()) {
            answer.next();
            return answer.getString(1);
        }
    }
}
