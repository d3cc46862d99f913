package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fixes the position in the log from which a pipeline streams: the beginning of a new slot, after its publication. For one use. */
public final class PositionFixing {

    private static final Logger LOG = LoggerFactory.getLogger(PositionFixing.class);

    private final Database database;
    private final String pipeline;
    private final NewSlot slot;
    private final FilteredPublication publication;
    private volatile boolean created;

    public PositionFixing(Database database, SourceSettings settings, String slot, String publication) {
        this.database = database;
        this.pipeline = settings.pipeline();
        this.slot = new NewSlot(slot);
        this.publication = new FilteredPublication(
                publication,
                settings.tables().stream().map(Table::id).distinct().toList());
    }

    /**
     * Drops a left-over slot, creates or alters the publication, and creates the slot, which waits until all transactions that
     * are open have ended.
     *
     * @return the offset at which the slot begins
     * @throws SourceException if the database is away, a process uses the slot, or the server rejects a statement
     * @throws InterruptedException if the thread was interrupted; no slot and no session is left then
     */
    public Map<String, Object> fix() throws InterruptedException {
        try {
            return new InterruptibleSession<>(database, pipeline + "-position", this::create).run();
        } catch (InterruptedException e) {
            if (created) {
                discard();
            }
            throw e;
        }
    }

    /** Creates or alters the publication. May wait for locks of the tables. */
    public void publish(Connection connection) throws SQLException {
        publication.ensure(connection);
    }

    private Map<String, Object> create(Connection connection) throws SQLException {
        slot.dropLeftOver(connection);
        publication.ensure(connection);
        created = true; // possibly, from here on
        return ResumeOffsets.beginning(slot.create(connection));
    }

    /** The server drops a slot whose creation it has canceled; one that it had just created holds the log, and nothing knows it. */
    private void discard() {
        try {
            database.ask(slot::discard);
        } catch (RuntimeException e) { // the driver throws others if it is interrupted
            LOG.warn("a slot that nothing uses may be left, which the next start drops: {}", e.getMessage());
        }
    }
}
