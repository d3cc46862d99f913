package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.SourceException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces the pipeline's replication slot by a new one. */
public final class NewSlot {

    private static final Logger LOG = LoggerFactory.getLogger(NewSlot.class);

    private static final String CREATE =
            "SELECT lsn - '0/0'::pg_lsn FROM pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput'%s)";

    private final String slot;

    public NewSlot(String slot) {
        this.slot = slot;
    }

    /**
     * Drops the slot if it exists.
     *
     * @return whether it existed
     * @throws SourceException if a process uses it
     */
    public boolean dropLeftOver(Connection connection) throws SQLException {
        ReplicationSlot left = ReplicationSlot.find(connection, slot);
        if (left == null) {
            return false;
        }
        if (left.activePid() != null) {
            throw SourceException.retryable(
                    "slot " + slot + " is in use by " + left.holder(),
                    "stop the program that uses it, or configure another 'slot'");
        }
        LOG.info("dropping the left-over slot {}: a new one replaces it", slot);
        return drop(connection);
    }

    /**
     * Creates the slot. Waits until all transactions have ended, of all databases, that are open meanwhile. The connection must
     * not be in a transaction, which would wait for itself.
     *
     * @return the LSN from which the slot sends changes: its {@code confirmed_flush_lsn}
     */
    long create(Connection connection) throws SQLException {
        LOG.info("creating slot {}: this waits until the transactions that are open now have ended", slot);
        String kept = FailoverSlot.isPossible(connection) ? ", failover => true" : "";
        try (PreparedStatement create = connection.prepareStatement(CREATE.formatted(kept))) {
            create.setString(1, slot);
            try (ResultSet created = create.executeQuery()) {
                created.next();
                BigDecimal lsn = created.getBigDecimal(1);
                LOG.info("slot {} begins at {}", slot, Lsn.text(lsn.longValue()));
                return lsn.longValue();
            }
        }
    }

    /** Drops the slot if it exists and is inactive: its creation had ended before it could be canceled. */
    boolean discard(Connection connection) throws SQLException {
        ReplicationSlot found = ReplicationSlot.find(connection, slot);
        return found != null && found.activePid() == null && drop(connection);
    }

    private boolean drop(Connection connection) throws SQLException {
        try (PreparedStatement drop = connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
            drop.setString(1, slot);
            return drop.execute();
        }
    }
}
