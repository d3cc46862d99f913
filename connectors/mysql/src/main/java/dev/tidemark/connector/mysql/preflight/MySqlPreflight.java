package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.engine.EngineFields;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.MySqlErrors;
import dev.tidemark.connector.mysql.connection.SessionTimeouts;
import dev.tidemark.connector.mysql.connection.Variables;
import dev.tidemark.connector.mysql.log.BinlogFilters;
import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.Blockers;
import dev.tidemark.connector.mysql.log.PositionChecks;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that the service needs of the server, looked at without changing anything. */
public final class MySqlPreflight {

    private final SourceSettings settings;
    private final Database database;
    private final long serverId;

    public MySqlPreflight(SourceSettings settings, Database database, long serverId) {
        this.settings = settings;
        this.database = database;
        this.serverId = serverId;
    }

    /**
     * Returns one finding for each thing checked; a single one if the server is unreachable or denies access.
     *
     * @param stored the offset from which the service resumes, or null if it begins with a load of all tables
     */
    public List<Check> run(@Nullable Map<String, ?> stored) {
        Map<String, ?> storedOffset = stored == null || BinlogOffsets.unfinishedSnapshot(stored) ? null : stored;
        List<Check> checks =
                new ArrayList<>(new EngineFields(MySqlConnectorConfig.ALL_FIELDS).unknown(settings.debezium()));
        try (Connection connection = database.open(Database.QUICK)) {
            Grants grants = Grants.read(connection);
            Variables variables = Variables.read(connection);
            checks.add(Check.ok("connection", database + " answers " + grants.account()));
            ConnectionChecks how = new ConnectionChecks(connection, database);
            checks.addAll(new RouteChecks(connection, variables).run(PrivilegeChecks.mayLookAtBinlog(grants)));
            checks.add(how.tls());
            checks.addAll(new ServerChecks(variables).run());
            checks.addAll(SessionTimeouts.check(variables));
            checks.add(how.timeZone());
            checks.add(new PrivilegeChecks(grants).replication());
            checks.add(new ServerIdCheck(connection, variables, serverId).run(grants.any("REPLICATION SLAVE")));
            for (SourceSettings.Table table : settings.tables()) {
                checks.addAll(new TableChecks(connection, table, grants.account()).run());
                new CascadeCheck(connection).run(table).ifPresent(checks::add);
            }
            if (variables.is("log_bin", "ON", "OFF") && PrivilegeChecks.mayLookAtBinlog(grants)) {
                checks.add(new BinlogFilters(connection, variables).check(settings.tables()));
                checks.add(new PositionChecks(connection, variables, Clock.systemUTC())
                        .run(storedOffset, settings.snapshot()));
            }
        } catch (SQLException e) {
            SourceException explained = MySqlErrors.explain(e, database);
            Optional<Check> blocked = explained.isRetryable() ? blocked() : Optional.empty();
            checks.add(blocked.orElseGet(() -> MySqlErrors.check("connection", explained)));
        }
        return checks;
    }

    /**
     * Finds a session that waits for a lock: a table behind a lock answers as late as an unreachable server, and that session
     * still exists.
     */
    private Optional<Check> blocked() {
        try (Connection connection = database.open(Database.QUICK)) {
            return new Blockers(connection).find();
        } catch (SQLException e) {
            return Optional.empty();
        }
    }
}
