package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.History;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.mysql.connection.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares a server with the one that was read before. What proves another history: docs/decisions/0036-history-of-a-mysql-server.md.
 */
public final class MySqlHistory implements History {

    /** Clocks may differ so much between two looks. */
    private static final long TOLERANCE_SECONDS = 3;

    /** Age after which what was written is on the disk of the server. */
    private static final long WRITTEN_MILLIS = 1_000;

    private final Database database;
    private final LongSupplier clock;

    /** The last comparison at which nothing differed. */
    private @Nullable Seen last;

    private record Seen(String server, String file, String header, long size, long uptime, long millis) {

        /** Returns whether the server has not been started again since: then its files are the same. */
        boolean isSameRun(ServerLook now, long millis) {
            long passed = (millis - this.millis) / 1000;
            return server.equals(now.server)
                    && uptime > 2 * TOLERANCE_SECONDS
                    && now.uptime >= uptime + passed - TOLERANCE_SECONDS;
        }
    }

    /** @param clock milliseconds since 1970 */
    public MySqlHistory(Database database, LongSupplier clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Finding compare(Map<String, String> recorded, @Nullable Map<String, ?> storedOffset, HandedOver handedOver) {
        try {
            return database.ask(connection -> look(connection, ServerHistory.of(recorded), storedOffset, handedOver));
        } catch (SourceException e) {
            // Always retryable: if the operator has to act, the preflight reports all that is wrong.
            throw SourceException.retryable(
                    "the history of " + database + " cannot be compared: " + e.getMessage(), e.hint(), e);
        }
    }

    private synchronized Finding look(
            Connection connection,
            @Nullable ServerHistory recorded,
            @Nullable Map<String, ?> offset,
            HandedOver handedOver)
            throws SQLException {
        ServerLook now = new ServerLook(connection, database);
        long millis = clock.getAsLong();
        Seen before = last;
        if (before != null && before.isSameRun(now, millis)) {
            now.known(before.file(), before.header());
        }
        Finding difference = new HistoryComparison(database, now, recorded, offset, handedOver).difference();
        if (difference != null) {
            now.confirm();
            return difference;
        }
        String header = now.header(now.newest);
        now.confirm();
        long size = certain(now, recorded, millis);
        last = new Seen(now.server, now.newest, header, now.newestSize, now.uptime, millis);
        return new Finding.Same(new ServerHistory(now.server, now.executed, now.newest, header, size).facts());
    }

    /**
     * Returns the size of the newest file that is certain to last. The newest bytes may be lost when the machine of the server
     * fails: only those that an earlier comparison saw are certain.
     */
    private long certain(ServerLook now, @Nullable ServerHistory recorded, long millis) {
        long size = 0;
        if (recorded != null && recorded.isOf(now.server) && recorded.file().equals(now.newest)) {
            size = recorded.size();
        }
        Seen before = last;
        if (before == null
                || !before.server().equals(now.server)
                || !before.file().equals(now.newest)
                || millis - before.millis() < WRITTEN_MILLIS) {
            return size;
        }
        return Math.max(size, before.size());
    }
}
