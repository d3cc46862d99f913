package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.Keeping;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.tls.Tls;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A database that answers queries over connections of their own; {@link ReadPool} is for reading rows. Any thread. */
public abstract class JdbcDatabase {

    /** Timeout of queries of the catalog. */
    public static final Duration QUICK = Duration.ofSeconds(5);

    /** Time that the driver waits for an answer beyond the server's max time for a statement. */
    protected static final Duration GRACE = Duration.ofSeconds(10);

    protected final SourceSettings settings;

    private final KeptConnections kept = new KeptConnections(System::nanoTime);

    protected JdbcDatabase(SourceSettings settings) {
        this.settings = settings;
    }

    /** Work that needs a connection. */
    @FunctionalInterface
    public interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /** Returns the driver's URL. */
    protected abstract String url();

    /** Returns the driver's properties for reads; an answer takes at most that long. */
    protected abstract Properties readProperties(Duration deadline);

    /** Returns the statement that prepares a session for reads. */
    protected abstract String readPreparation(Duration timeout);

    /**
     * Returns the connections for reads. Their transactions are read-only: nothing that a configured statement calls can change
     * data.
     */
    public final ReadPool reads() {
        Duration timeout = settings.reads().statementTimeout();
        return new ReadPool(
                settings.pipeline() + "-reads",
                settings.reads().maxConnections(),
                new ReadPool.Sessions(url(), () -> readProperties(timeout.plus(GRACE)), readPreparation(timeout)),
                this::explain);
    }

    public final @Nullable Tls tls() {
        return settings.tls();
    }

    public final String user() {
        return settings.user();
    }

    /** Returns a connection with auto-commit; a single statement on it takes at most that long. */
    public abstract Connection open(Duration deadline) throws SQLException;

    /** Returns a human-readable error for a failure of the database. */
    public abstract SourceException explain(SQLException failure);

    /**
     * Opens a connection for one piece of work.
     *
     * @throws SourceException if the database is away or rejects the connection or a statement
     */
    public final <T> T ask(Work<T> work) {
        try (Connection connection = open(QUICK)) {
            return work.with(connection);
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    /**
     * Does as {@link #ask}, for queries that repeat every few seconds and change neither data nor the session: their connections
     * are kept while {@link #keepConnections} is in use.
     */
    public final <T> T look(Work<T> work) {
        try {
            KeptConnections.Kept used = kept.take();
            if (used == null) {
                used = new KeptConnections.Kept(open(QUICK), System.nanoTime());
            }
            boolean works = false;
            try {
                T answer = work.with(used.connection());
                works = true;
                return answer;
            } finally {
                if (works) {
                    kept.giveBack(used);
                } else {
                    KeptConnections.close(used);
                }
            }
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    /** Lets {@link #look} keep its connections until this is closed. */
    public final Keeping keepConnections() {
        kept.use();
        return kept::endUse;
    }
}
