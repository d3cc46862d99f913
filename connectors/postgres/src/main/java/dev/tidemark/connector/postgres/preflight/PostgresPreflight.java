package dev.tidemark.connector.postgres.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.base.engine.EngineFields;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import dev.tidemark.connector.postgres.catalog.RowWatch;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.PoolerCheck;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import dev.tidemark.connector.postgres.connection.Provider;
import dev.tidemark.connector.postgres.connection.SessionSettings;
import dev.tidemark.connector.postgres.log.Blockers;
import dev.tidemark.connector.postgres.log.FailoverSlot;
import dev.tidemark.connector.postgres.log.ReplicationSlot;
import dev.tidemark.connector.postgres.read.HiddenRows;
import dev.tidemark.connector.postgres.read.Policies;
import dev.tidemark.connector.postgres.read.RowSecurity;
import dev.tidemark.connector.postgres.value.ValueForm;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that the service needs of the database, checked without changing anything. */
public final class PostgresPreflight {

    private final SourceSettings settings;
    private final Database database;
    private final RowSecurity security;
    private final String slot;
    private final String publication;
    private final RowWatch rows;

    public PostgresPreflight(
            SourceSettings settings,
            Database database,
            RowSecurity security,
            String slot,
            String publication,
            RowWatch rows) {
        this.settings = settings;
        this.database = database;
        this.security = security;
        this.slot = slot;
        this.publication = publication;
        this.rows = rows;
    }

    public List<Check> run(@Nullable Map<String, ?> storedOffset, boolean running) {
        List<Check> checks =
                new ArrayList<>(new EngineFields(PostgresConnectorConfig.ALL_FIELDS).unknown(settings.debezium()));
        try (Connection connection = database.open(Database.QUICK)) {
            checks.add(Check.ok("connection", database + " answers"));
            Provider provider = database.provider(connection);
            PoolerCheck.run(connection, database, provider).ifPresent(checks::add);
            ServerChecks server = new ServerChecks(connection, database, provider);
            ReplicationSlot found = ReplicationSlot.find(connection, slot);
            checks.addAll(server.run(found != null));
            List<Check> tables = new ArrayList<>();
            for (SourceSettings.Table table : settings.tables()) {
                tables.addAll(new TableChecks(connection, table).run());
            }
            checks.addAll(tables);
            checks.add(SessionSettings.check(connection));
            money(connection).ifPresent(checks::add);
            checks.addAll(rows.computedIds());
            security.captured(connection)
                    .forEach(policies -> ofPolicies(policies).ifPresent(checks::add));
            checks.addAll(security.hidingJoined(connection));
            checks.addAll(new PublicationChecks(connection, publication, settings.tables()).run());
            checks.add(
                    found != null && found.isBeingCreated() && !running
                            ? new Blockers(connection, slot).ofCreation(found)
                            : new SlotChecks(slot, settings).run(found, storedOffset, running));
            FailoverSlot.waits(connection, found) // a start is possible
                    .map(waits -> Check.warning(waits.subject(), waits.message(), waits.hint()))
                    .ifPresent(checks::add);
        } catch (SQLException e) {
            checks.add(PostgresErrors.check("connection", PostgresErrors.explain(e, database)));
        }
        return checks;
    }

    /** Amounts are read with two decimals: those of another currency are wrong by a power of ten. */
    private Optional<Check> money(Connection connection) throws SQLException {
        PostgresCatalog catalog = new PostgresCatalog(connection);
        for (SourceSettings.Table table : settings.tables()) {
            Long oid = catalog.oid(table.id());
            if (oid != null
                    && catalog.columns(oid).stream().anyMatch(c -> c.type().form() == ValueForm.MONEY)) {
                try (Connection plain = database.openAsOthers()) {
                    return SessionSettings.currency(plain, table.id());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Check> ofPolicies(Policies policies) {
        if (policies.hide()) {
            return Optional.of(HiddenRows.check(policies));
        }
        return policies.letAllThrough()
                ? Optional.of(Check.ok("row security of " + policies.table(), "a policy lets every row through"))
                : Optional.empty();
    }
}
