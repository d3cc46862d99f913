package dev.tidemark.connector.postgres;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Waits until transactions that the log told of have ended for other sessions. Postgres writes the commit to its log first, and
 * holds it there while {@code synchronous_standby_names} wants a standby's word.
 */
final class VisibleTransactions {

    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 50;
    private static final int NAMED = 3;

    private final Connection connection;

    VisibleTransactions(Connection connection) {
        this.connection = connection;
    }

    void await(Collection<Transaction> transactions) throws SQLException, InterruptedException {
        List<Xid> hidden = new ArrayList<>();
        transactions.forEach(transaction -> hidden.add((Xid) transaction));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause)) {
            hidden.removeIf(snapshot()::sees);
            if (hidden.isEmpty()) {
                return;
            }
            if (System.nanoTime() >= deadline) {
                throw hidden(hidden);
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }

    /**
     * Those in progress, for a commit that a standby holds back is one of them; none where no standby is waited for, since then a
     * commit is visible long before a new process has come so far.
     */
    List<Transaction> hiddenBefore() throws SQLException {
        if (standbys().isEmpty()) {
            return List.of();
        }
        List<Transaction> hidden = new ArrayList<>();
        for (long id : snapshot().inProgress()) {
            hidden.add(new Xid((int) id));
        }
        return hidden;
    }

    private String standbys() throws SQLException {
        return ask("SELECT current_setting('synchronous_standby_names')");
    }

    private Snapshot snapshot() throws SQLException {
        return Snapshot.parse(ask("SELECT pg_current_snapshot()::text"));
    }

    private SourceException hidden(List<Xid> transactions) throws SQLException {
        String standbys = standbys();
        String names = transactions.stream().limit(NAMED).map(Xid::toString).collect(Collectors.joining(", "))
                + (transactions.size() > NAMED ? ", ..." : "");
        String message = (transactions.size() == 1 ? "transaction " : "transactions ") + names
                + (transactions.size() == 1 ? " is" : " are") + " in the log, but not visible to other sessions yet";
        return standbys.isEmpty()
                ? new SourceException(
                        message,
                        "what it changed is read as soon as it is; pg_stat_activity tells what the session waits for",
                        true,
                        null)
                : new SourceException(
                        message + ": the server waits for a synchronous standby (synchronous_standby_names = '"
                                + standbys + "')",
                        "bring the standby back, or take it out of synchronous_standby_names: pg_stat_replication lists"
                                + " those that are connected",
                        true,
                        null);
    }

    private String ask(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet answer = statement.executeQuery()) {
            answer.next();
            return answer.getString(1);
        }
    }
}
