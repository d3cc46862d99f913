package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.base.text.StatementText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sessions of others that a session of our user may wait for while it waits for a lock. A user sees its own sessions; those of others, and
 * open transactions, with PROCESS only.
 */
public final class Blockers {

    private static final int SHOWN = 3;

    private static final String WAITING = """
            SELECT ID, STATE, TIME, INFO FROM information_schema.PROCESSLIST
             WHERE USER = SUBSTRING_INDEX(USER(), '@', 1) AND ID <> CONNECTION_ID() AND TIME >= 2
               AND (STATE LIKE 'Waiting for % lock' OR STATE = 'Waiting for table flush')
             ORDER BY TIME DESC LIMIT 1
            """;

    private static final String OPEN = """
            SELECT p.ID, p.USER, p.HOST, p.DB, p.COMMAND, p.INFO,
                   TIMESTAMPDIFF(SECOND, x.trx_started, NOW()) AS age, p.TIME
              FROM information_schema.PROCESSLIST p
              LEFT JOIN information_schema.INNODB_TRX x ON x.trx_mysql_thread_id = p.ID
             WHERE p.ID <> CONNECTION_ID() AND p.ID <> ? AND p.COMMAND NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID')
               AND (x.trx_id IS NOT NULL OR p.COMMAND <> 'Sleep') AND COALESCE(p.STATE, '') NOT LIKE 'Waiting for %'
             ORDER BY COALESCE(TIMESTAMPDIFF(SECOND, x.trx_started, NOW()), p.TIME) DESC
            """;

    private final Connection connection;

    public Blockers(Connection connection) {
        this.connection = connection;
    }

    public Optional<Check> find() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WAITING);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            String info = row.getString(4);
            String what = "session " + row.getLong(1) + " of this service waits for a lock since " + row.getLong(3)
                    + " s (" + row.getString(2) + ")"
                    + (info == null ? "" : ": " + StatementText.shortened(info));
            return Optional.of(check(what, row.getLong(1)));
        }
    }

    private Check check(String what, long waiting) {
        List<String> found;
        try {
            found = open(waiting);
        } catch (SQLException e) { // INNODB_TRX needs PROCESS
            found = List.of();
        }
        if (found.isEmpty()) {
            return Check.unreachable(
                    "database",
                    what + "; which session holds it is not shown to this user",
                    "SHOW PROCESSLIST shows it to a user with PROCESS: end its transaction, or KILL it");
        }
        String others = found.size() > SHOWN ? "; and " + (found.size() - SHOWN) + " more" : "";
        return Check.unreachable(
                "database",
                what + "; open, oldest first: " + String.join("; ", found.subList(0, Math.min(SHOWN, found.size())))
                        + others,
                "end the transaction that holds the lock, or KILL its session. Tidemark continues automatically");
    }

    private List<String> open(long waiting) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setLong(1, waiting);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(session(row));
                }
            }
        }
        return found;
    }

    private static String session(ResultSet row) throws SQLException {
        long age = row.getLong("age");
        long seconds = row.wasNull() ? row.getLong("TIME") : age;
        String database = row.getString("DB");
        String info = row.getString("INFO");
        return "session " + row.getLong("ID") + ", user " + row.getString("USER") + " from " + row.getString("HOST")
                + (database == null ? "" : ", database " + database)
                + ", open for " + StatementText.age(seconds)
                + (info == null ? ", " + row.getString("COMMAND") : ": " + StatementText.shortened(info));
    }
}
