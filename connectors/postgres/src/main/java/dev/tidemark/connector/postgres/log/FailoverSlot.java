package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.base.jdbc.Causes;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A slot that standbys keep a copy of, so that it exists after one of them was promoted: Postgres 17 or newer, and standbys with
 * {@code sync_replication_slots = on}. Decision 0058.
 */
public final class FailoverSlot {

    private static final Logger LOG = LoggerFactory.getLogger(FailoverSlot.class);

    private static final int FIRST = 17;

    /** The standbys that have to receive the log before a failover slot sends it, and do not receive it now. */
    private static final String AWAITED = """
            SELECT string_agg(quote_literal(wanted.name), ', ' ORDER BY wanted.name)
            FROM (SELECT btrim(name) AS name
                  FROM unnest(string_to_array(current_setting('synchronized_standby_slots', true), ',')) name) wanted
                 LEFT JOIN pg_catalog.pg_replication_slots s ON s.slot_name = wanted.name
            WHERE wanted.name <> '' AND s.active IS NOT TRUE
            """;

    private final Database database;
    private final String slot;

    public FailoverSlot(Database database, String slot) {
        this.database = database;
        this.slot = slot;
    }

    /** Returns whether the server can keep a slot over a failover; a standby cannot for a slot of its own. */
    static boolean isPossible(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < FIRST) {
            return false;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT NOT pg_catalog.pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /**
     * Has the server keep an inactive slot over failovers that it does not keep yet: one of an earlier version, or a copy that a
     * restore created, since a copy does not inherit it. Never fails: without it, a failover is followed by a load of all tables.
     */
    public void ensure() {
        try {
            if (database.ask(this::isDue)) {
                alter();
                LOG.info("slot {} is now kept by standbys that have sync_replication_slots = on", slot);
            }
        } catch (SourceException e) {
            LOG.debug("whether slot {} outlives a failover is not known: {}", slot, e.getMessage());
        } catch (SQLException e) {
            LOG.warn(
                    "slot {} would not outlive a failover, after which all tables are loaded: {}",
                    slot,
                    Causes.line(e));
        }
    }

    private boolean isDue(Connection connection) throws SQLException {
        if (!isPossible(connection)) {
            return false;
        }
        ReplicationSlot found = ReplicationSlot.find(connection, slot);
        return found != null && !found.failover() && found.activePid() == null && !found.lost();
    }

    private void alter() throws SQLException {
        try (Connection replication = database.openReplication();
                Statement statement = replication.createStatement()) {
            statement.execute("ALTER_REPLICATION_SLOT " + Database.quoted(slot) + " (FAILOVER true)");
        }
    }

    /**
     * Returns the finding that the server sends nothing of the slot until a standby has received it which is away
     * ({@code synchronized_standby_slots}). Nothing else shows that: the engine stays connected, and no change is known to wait.
     */
    public static Optional<Check> waits(Connection connection, @Nullable ReplicationSlot found) throws SQLException {
        if (found == null || !found.failover() || found.synced()) {
            return Optional.empty();
        }
        try (PreparedStatement statement = connection.prepareStatement(AWAITED);
                ResultSet row = statement.executeQuery()) {
            String names = row.next() ? row.getString(1) : null;
            return names == null
                    ? Optional.empty()
                    : Optional.of(Check.held(
                            "slot " + found.name(),
                            "slot " + found.name()
                                    + " sends no changes until standbys have received them whose slots are not active: "
                                    + names + " (synchronized_standby_slots)",
                            "start these standbys, or take their slots out of synchronized_standby_slots and"
                                    + " SELECT pg_reload_conf()"));
        }
    }
}
