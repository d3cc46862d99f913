package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Wait for transactions of the binlog to become visible to other sessions. MySQL sends a group of the binlog before InnoDB
 * commits it, and a semi-synchronous source waits for a replica in between. Their GTIDs are counted as executed after InnoDB has
 * committed them.
 */
public final class VisibleTransactions {

    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Max time without GTIDs between a commit's entry in the log and its effect, if it waits for no replica. */
    private static final Duration COMMIT = Duration.ofSeconds(2);

    private static final Duration REPLICA_TIMEOUT = Duration.ofSeconds(10);

    private static final String REPLICA_HINT =
            "bring the replica back (see SHOW STATUS LIKE 'Rpl_semi_sync%'), or turn semi-synchronous replication off";

    private static final String WAITING =
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Rpl_semi_sync_source_wait_sessions', 'Rpl_semi_sync_master_wait_sessions')";

    /** Without GTIDs nothing can be asked: then a moment has to do, which a busy server's commit takes. */
    static final Duration WITHOUT_PROOF = Duration.ofMillis(20);

    private final Connection connection;

    public VisibleTransactions(Connection connection) {
        this.connection = connection;
    }

    public void await(Collection<Transaction> transactions) throws SQLException, InterruptedException {
        List<Gtid> named = new ArrayList<>();
        List<String> sets = new ArrayList<>();
        for (Transaction transaction : transactions) {
            if (transaction instanceof GtidSet several) {
                sets.add(several.set());
            } else if (transaction instanceof Gtid gtid && gtid.isNamed()) {
                named.add(gtid);
            }
        }
        if (named.size() + sets.size() < transactions.size()) {
            TimeUnit.NANOSECONDS.sleep(WITHOUT_PROOF.toNanos());
        }
        if (!named.isEmpty()) {
            sets.add(Gtid.set(named));
        }
        String set = String.join(",", sets);
        if (!set.isEmpty() && !isExecuted(set)) {
            throw hidden(set);
        }
    }

    /**
     * Waits until what is in the log now is visible, on a server whose transactions have no names: first for a moment at which no commit
     * waits for a replica, then for as long as a commit takes.
     *
     * @throws SourceException if none comes within 10 s
     */
    public void awaitLogged() throws SQLException, InterruptedException {
        long began = System.nanoTime();
        while (waitingSessions() > 0) {
            if (System.nanoTime() - began > REPLICA_TIMEOUT.toNanos()) {
                throw SourceException.retryable(
                        "commits wait for a replica: they are in the binlog, but not visible to other sessions yet",
                        REPLICA_HINT + ", or set gtid_mode = ON, with enforce_gtid_consistency = ON");
            }
            TimeUnit.NANOSECONDS.sleep(WITHOUT_PROOF.toNanos());
        }
        TimeUnit.NANOSECONDS.sleep(COMMIT.toNanos());
    }

    private long waitingSessions() throws SQLException {
        long waiting = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(WAITING)) {
            while (rows.next()) {
                waiting += rows.getLong(2);
            }
        }
        return waiting;
    }

    /** Returns whether all are executed, at the latest after {@link #TIMEOUT}; the server does the waiting. */
    private boolean isExecuted(String set) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)")) {
            statement.setString(1, set);
            statement.setLong(2, TIMEOUT.toSeconds());
            try (ResultSet answer = statement.executeQuery()) {
                answer.next();
                return answer.getInt(1) == 0;
            }
        }
    }

    /** Returns the transactions that the offset counts as done, and the server not yet; none on a server without GTIDs. */
    public List<Transaction> hiddenBefore(Map<String, ?> offset) throws SQLException {
        String set = offset.get(BinlogOffsets.GTIDS) instanceof String known ? notExecuted(known) : "";
        return set.isEmpty() ? List.of() : List.of(new GtidSet(set));
    }

    private String notExecuted(String set) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT GTID_SUBTRACT(?, @@GLOBAL.gtid_executed)")) {
            statement.setString(1, set);
            try (ResultSet answer = statement.executeQuery()) {
                answer.next();
                return answer.getString(1);
            }
        }
    }

    private SourceException hidden(String set) throws SQLException {
        return SourceException.retryable(
                "transaction " + notExecuted(set)
                        + " is in the binlog, but not visible to other sessions yet:"
                        + " a semi-synchronous source waits for a replica",
                REPLICA_HINT);
    }
}
