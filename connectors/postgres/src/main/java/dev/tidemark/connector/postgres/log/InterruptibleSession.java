package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.base.jdbc.JdbcDatabase.Work;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session whose statements wait for other sessions, as long as those take, until the calling thread is interrupted. The driver
 * does not react to an interrupt while it waits for an answer, so the statements run on a thread of their own. For one use.
 */
final class InterruptibleSession<T> {

    private static final Logger LOG = LoggerFactory.getLogger(InterruptibleSession.class);

    /** How often the server is queried whether it still has the session: a connection may be lost without any notice. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Max time that a canceled statement and a terminated session need. */
    private static final Duration END = Duration.ofSeconds(10);

    /** Time after which a statement is canceled again, since it had not begun yet. */
    private static final Duration CANCEL = Duration.ofMillis(200);

    private static final long POLL_MILLIS = 20;

    /** SQLSTATE of a connection that failed. */
    private static final String CONNECTION_FAILURE = "08006";

    /** An open connection and its process. */
    private record Session(Connection connection, Backend backend) {}

    private final Database database;
    private final String thread;
    private final FutureTask<T> task;
    private volatile @Nullable Session session;
    private volatile boolean canceled;

    /**
     * @param thread the name of the thread on which the work runs
     * @param work whose connection is in auto-commit mode
     */
    InterruptibleSession(Database database, String thread, Work<T> work) {
        this.database = database;
        this.thread = thread;
        this.task = new FutureTask<>(() -> {
            try (Connection connection = database.openWaiting()) {
                session = new Session(connection, Backend.of(connection));
                if (canceled) {
                    throw new InterruptedException();
                }
                return work.with(connection);
            }
        });
    }

    /**
     * Runs the work.
     *
     * @throws SourceException if the database is away, rejects a statement, or the connection is lost
     * @throws InterruptedException if the thread was interrupted; the statement was canceled then, unless it had just ended
     */
    T run() throws InterruptedException {
        Thread worker = new Thread(task, thread);
        worker.setDaemon(true);
        worker.start();
        try {
            return result();
        } catch (InterruptedException e) {
            cancel();
            throw e;
        } catch (SQLException e) {
            terminate();
            throw database.explain(e);
        }
    }

    private T result() throws SQLException, InterruptedException {
        while (true) {
            try {
                return task.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                Session current = session;
                if (current != null && isLost(current.backend()) && !task.isDone()) {
                    throw new SQLException("the server has ended the session that waited", CONNECTION_FAILURE);
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SQLException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof SourceException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Returns whether the server answers and does not have the session; as long as it does not answer, that is unknown. */
    private boolean isLost(Backend backend) {
        try {
            return !database.ask(backend::exists);
        } catch (RuntimeException e) { // the driver throws others if it is interrupted
            LOG.debug("it is unknown whether {} still exists", backend, e);
            return false;
        }
    }

    private void cancel() {
        canceled = true;
        long deadline = System.nanoTime() + END.toNanos();
        while (!task.isDone() && System.nanoTime() < deadline) {
            try {
                Session current = session;
                if (current != null) {
                    current.connection().unwrap(PGConnection.class).cancelQuery();
                }
                task.get(CANCEL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | SQLException | ExecutionException e) {
                LOG.debug("canceling", e);
            } catch (InterruptedException e) {
                LOG.debug("interrupted again: run() throws this in any case");
            }
        }
        if (!task.isDone()) {
            terminate();
        }
    }

    /** Ends the session on both sides, and waits until the server has, which frees the slot. */
    private void terminate() {
        Session current = session;
        if (current == null) {
            return;
        }
        try {
            current.connection().abort(Runnable::run);
            try (Connection other = database.open(Database.QUICK)) {
                long deadline = System.nanoTime() + END.toNanos();
                while (current.backend().terminate(other) && System.nanoTime() < deadline) {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | SQLException e) { // the driver throws others if it is interrupted
            LOG.debug("{} could not be ended: the server does, since its connection is closed", current.backend(), e);
        }
    }
}
