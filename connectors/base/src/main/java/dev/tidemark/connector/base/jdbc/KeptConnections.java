package dev.tidemark.connector.base.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Idle connections for queries that repeat every few seconds: a login costs more than these do, on both sides. Each is used for
 * half a minute at most, so that a server which took over the address, or a setting of the role, is soon seen. Any thread.
 */
final class KeptConnections {

    private static final Logger log = LoggerFactory.getLogger(KeptConnections.class);

    static final Duration LIFETIME = Duration.ofSeconds(30);
    private static final int MOST = 2;
    private static final int ANSWER_SECONDS = 1;

    private final LongSupplier nanos;
    private final Deque<Kept> idle = new ArrayDeque<>();
    private int users;

    /** A connection and when it was opened. */
    record Kept(Connection connection, long openedNanos) {}

    /** @param nanos clock, such as {@link System#nanoTime} */
    KeptConnections(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Keeps connections from now on, until each use was ended. */
    synchronized void use() {
        users++;
    }

    /** Ends one {@link #use}; the last one closes what is idle. */
    synchronized void endUse() {
        users--;
        if (users == 0) {
            idle.forEach(KeptConnections::close);
            idle.clear();
        }
    }

    /** Returns a connection that the server answers on; null if there is none. */
    @Nullable
    Kept take() throws SQLException {
        for (Kept next = poll(); next != null; next = poll()) {
            if (!isOld(next) && next.connection().isValid(ANSWER_SECONDS)) {
                return next;
            }
            close(next);
        }
        return null;
    }

    private synchronized @Nullable Kept poll() {
        return idle.poll();
    }

    /** Takes back a connection that works. */
    synchronized void giveBack(Kept kept) {
        if (users > 0 && idle.size() < MOST && !isOld(kept)) {
            idle.push(kept);
        } else {
            close(kept);
        }
    }

    private boolean isOld(Kept kept) {
        return nanos.getAsLong() - kept.openedNanos() >= LIFETIME.toNanos();
    }

    static void close(Kept kept) {
        try {
            kept.connection().close();
        } catch (SQLException e) {
            log.debug("a connection cannot be closed: {}", e.getMessage());
        }
    }
}
