package dev.tidemark.connector.postgres.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.base.jdbc.Causes;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.Provider;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks that the server and the user can do logical replication at all. */
final class ServerChecks {

    private static final int OLDEST = 130_000;

    private static final int DECODES_ON_STANDBY = 160_000;

    private static final String FACTS = """
            SELECT current_setting('server_version_num')::int,
                   current_setting('server_version'),
                   current_setting('wal_level'),
                   current_setting('max_wal_senders')::int
                     - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender')::int,
                   current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_replication_slots)::int,
                   (SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user),
                   pg_is_in_recovery()
            """;

    private final Connection connection;
    private final Database database;
    private final Provider provider;

    ServerChecks(Connection connection, Database database, Provider provider) {
        this.connection = connection;
        this.database = database;
        this.provider = provider;
    }

    /** @param slotExists whether our slot is there already and needs no new one */
    List<Check> run(boolean slotExists) throws SQLException {
        List<Check> checks = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet facts = statement.executeQuery(FACTS)) {
            facts.next();
            checks.add(version(facts.getInt(1), facts.getString(2)));
            provider().ifPresent(checks::add);
            if (facts.getBoolean(7)) {
                checks.add(standby(facts.getInt(1)));
            }
            checks.add(walLevel(facts.getString(3)));
            checks.add(free("max_wal_senders", facts.getInt(4), slotExists));
            checks.add(free("max_replication_slots", facts.getInt(5), slotExists));
            checks.add(replication(facts.getBoolean(6)));
        }
        return checks;
    }

    /** Returns the provider, and what is special about it; empty for a server of one's own. */
    private Optional<Check> provider() {
        return provider == Provider.NONE
                ? Optional.empty()
                : Optional.of(Check.ok(
                        "provider", provider.label() + (provider.note().isEmpty() ? "" : ": " + provider.note())));
    }

    private static Check version(int number, String text) {
        return number >= OLDEST
                ? Check.ok("version", "Postgres " + text)
                : Check.failed("version", "Postgres " + text + " is too old", "upgrade to 13 or newer");
    }

    /** Checks a standby: its rows lag behind the log, and nothing can be written there, neither a publication nor a heartbeat. */
    private Check standby(int version) {
        String hint = provider.primaryHint();
        return version < DECODES_ON_STANDBY
                ? Check.failed(
                        "standby", "the server is a standby, which cannot decode its log before version 16", hint)
                : Check.warning(
                        "standby", "the server is a standby: what it holds is older than what its primary holds", hint);
    }

    private Check walLevel(String level) {
        return level.equals("logical")
                ? Check.ok("wal_level", "logical")
                : Check.failed("wal_level", "wal_level is " + level, provider.logicalHint());
    }

    private Check free(String setting, int free, boolean slotExists) {
        if (free > 0 || slotExists) {
            return Check.ok(setting, Math.max(free, 0) + " free");
        }
        return Check.failed(setting, "all of " + setting + " are in use", provider.raiseHint(setting));
    }

    /**
     * Checks that the user may replicate. A provider may let members of a role of its own do so: the server itself decides that,
     * by the connection that an engine opens.
     */
    private Check replication(boolean attribute) {
        if (attribute) {
            return Check.ok("replication role", database.user() + " may replicate");
        }
        try (Connection replication = database.openReplication()) {
            return Check.ok(
                    "replication role",
                    database.user() + " may replicate" + (replication.isClosed() ? "" : ", by a role of the provider"));
        } catch (SQLException e) {
            return Check.failed(
                    "replication role",
                    "user " + database.user() + " lacks the REPLICATION privilege: " + Causes.line(e),
                    provider.grantHint(database.user()));
        }
    }
}
