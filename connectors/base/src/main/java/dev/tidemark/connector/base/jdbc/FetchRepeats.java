package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.SourceException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Repeats reads of one kind of rows with fewer rows at a time if a fetch did not fit into memory (invariant 3): a database sends as
 * many rows as requested, however wide they are, and nothing shows beforehand that wide rows follow narrow ones. A fetch that
 * fails was as large as the limit, and so are the rows that it is repeated for: what is read twice is less than what is read. Any
 * thread.
 */
public final class FetchRepeats {

    private static final int MAX_UNKNOWN = 3;

    private final SqlDialect<?> dialect;
    /** Width of the last row of the last read: wide rows mostly follow wide ones. */
    private volatile long width = 1;

    FetchRepeats(SqlDialect<?> dialect) {
        this.dialect = dialect;
    }

    /** One attempt of a read, on a connection of its own: continues after the rows that the attempts before have handed over. */
    @FunctionalInterface
    public interface Attempt {
        void run(Connection connection, FetchPace pace) throws SQLException;
    }

    /** Steps over a row that did not fit alone. */
    @FunctionalInterface
    public interface StepOver {
        /** Hands over rows that are too large to be read; returns whether there were any. */
        boolean run(Connection connection) throws SQLException;
    }

    /** Runs attempts until one succeeds, or fails for another reason than the width of rows. */
    void run(Session session, Attempt attempt, StepOver stepOver) {
        int unknown = 0;
        FetchPace pace = FetchPace.of(dialect, width);
        while (true) {
            FetchPace now = pace;
            try {
                session.read(connection -> attempt.run(connection, now));
                width = now.width();
                return;
            } catch (SourceException e) {
                if (!dialect.isTooWide(e) || unknown == MAX_UNKNOWN) {
                    throw e;
                }
                if (!now.canBeLowered() && !steppedOver(session, stepOver)) {
                    unknown++; // it was shortened meanwhile, or the server takes it for smaller than it is
                }
                pace = now.afterFailure();
            }
        }
    }

    private static boolean steppedOver(Session session, StepOver stepOver) {
        boolean[] stepped = {false};
        session.read(connection -> stepped[0] = stepOver.run(connection));
        return stepped[0];
    }
}
