package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that the service needs of the database, looked at without changing anything. */
final class PostgresPreflight {

    private final SourceSettings settings;
    private final Database database;
    private final String slot;
    private final String publication;

    PostgresPreflight(SourceSettings settings, Database database, String slot, String publication) {
        this.settings = settings;
        this.database = database;
        this.slot = slot;
        this.publication = publication;
    }

    List<Check> run(@Nullable Map<String, ?> storedOffset, boolean running) {
        List<Check> checks = new ArrayList<>();
        try (Connection connection = database.open(Database.QUICK)) {
            checks.add(Check.ok("connection", database + " answers"));
            ServerChecks server = new ServerChecks(connection, database.user());
            ReplicationSlot found = ReplicationSlot.find(connection, slot);
            checks.addAll(server.run(found != null));
            List<Check> tables = new ArrayList<>();
            for (SourceSettings.Table table : settings.tables()) {
                tables.addAll(new TableChecks(connection, table).run());
            }
            checks.addAll(tables);
            checks.addAll(new PublicationChecks(connection, publication, settings.tables()).run());
            checks.add(new SlotChecks(slot, settings).run(found, storedOffset, running));
        } catch (SQLException e) {
            checks.add(PostgresErrors.check("connection", PostgresErrors.explain(e, database)));
        }
        return checks;
    }
}
