package dev.tidemark.connector.postgres.log;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ancestors of a timeline, and the LSN at which each was left. */
final class TimelineHistory {

    private final Map<Long, Long> left = new HashMap<>();

    private TimelineHistory() {}

    /** @param connection speaks the replication protocol */
    static TimelineHistory read(Connection connection, long timeline) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            return parse(row.next() ? row.getString("content") : "");
        }
    }

    /** Parses a history file: a line for each ancestor, with its number and the LSN at which it was left. */
    static TimelineHistory parse(String file) {
        TimelineHistory history = new TimelineHistory();
        for (String line : file.split("\n", -1)) {
            String[] parts = line.strip().split("\\s+", -1);
            if (parts.length >= 2 && !line.startsWith("#")) {
                history.left.put(Long.valueOf(parts[0]), Lsn.parse(parts[1]));
            }
        }
        return history;
    }

    @Nullable
    Long leftAt(long timeline) {
        return left.get(timeline);
    }
}
