package dev.tidemark.contract;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The connections over which a MySQL server sends its binlog. */
public final class DumpThreads {

    private static final int NO_SUCH_THREAD = 1094;

    private DumpThreads() {}

    /** Their ids, as KILL takes them. */
    public static List<String> of(Shop shop) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    /** Ends all of them, and waits until they are over: the server notices late that a reader has gone. */
    public static void end(Shop shop) throws SQLException {
        kill(shop);
        await().until(() -> of(shop).isEmpty());
    }

    /** Ends all of them, and returns their ids; those of engines that ended before may go by themselves. */
    public static List<String> kill(Shop shop) throws SQLException {
        List<String> ids = of(shop);
        try (Connection connection = shop.connect();
                Statement statement = connection.createStatement()) {
            for (String id : ids) {
                try {
                    statement.execute("KILL " + id);
                } catch (SQLException e) {
                    if (e.getErrorCode() != NO_SUCH_THREAD) {
                        throw e;
                    }
                }
            }
        }
        return ids;
    }
}
