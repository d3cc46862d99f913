package dev.tidemark.connector.postgres.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

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
                   (SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user)
                     OR EXISTS (SELECT FROM pg_roles
                                WHERE rolname IN ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')
                                  AND pg_has_role(current_user, oid, 'MEMBER')),
                   pg_is_in_recovery()
            """;

    private final Connection connection;
    private final String user;

    ServerChecks(Connection connection, String user) {
        this.connection = connection;
        this.user = user;
    }

    /** @param slotExists whether our slot is there already and needs no new one */
    List<Check> run(boolean slotExists) throws SQLException {
        List<Check> checks = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet facts = statement.executeQuery(FACTS)) {
            facts.next();
            checks.add(version(facts.getInt(1), facts.getString(2)));
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

    private static Check version(int number, String text) {
        return number >= OLDEST
                ? Check.ok("version", "Postgres " + text)
                : Check.failed("version", "Postgres " + text + " is too old", "upgrade to 13 or newer");
    }

    /** Checks a standby: its rows lag behind the log, and nothing can be written there, neither a publication nor a heartbeat. */
    private static Check standby(int version) {
        String hint = "configure host and port of the primary";
        return version < DECODES_ON_STANDBY
                ? Check.failed(
                        "standby", "the server is a standby, which cannot decode its log before version 16", hint)
                : Check.warning(
                        "standby", "the server is a standby: what it holds is older than what its primary holds", hint);
    }

    private static Check walLevel(String level) {
        return level.equals("logical")
                ? Check.ok("wal_level", "logical")
                : Check.failed(
                        "wal_level",
                        "wal_level is " + level,
                        "set wal_level = logical in postgresql.conf (rds.logical_replication on RDS) and restart the server");
    }

    private static Check free(String setting, int free, boolean slotExists) {
        if (free > 0 || slotExists) {
            return Check.ok(setting, Math.max(free, 0) + " free");
        }
        return Check.failed(
                setting, "all of " + setting + " are in use", "raise " + setting + " and restart the server");
    }

    private Check replication(boolean may) {
        return may
                ? Check.ok("replication role", user + " may replicate")
                : Check.failed(
                        "replication role",
                        "user " + user + " lacks the REPLICATION privilege",
                        "ALTER ROLE " + Database.quoted(user) + " REPLICATION (on RDS: GRANT rds_replication TO "
                                + Database.quoted(user) + ")");
    }
}
