package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own on the shared server, and connectors for it. */
public final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final String name = "t" + NUMBER.incrementAndGet();
    public final PostgresServer server;

    public TestDatabase() {
        this(PostgresServer.shared());
    }

    public TestDatabase(PostgresServer server) {
        this.server = server;
        // Tests leave their slots behind, and a server has few.
        server.execute(
                "postgres", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
        server.createDatabase(name);
        MapOffsets.remove(name);
    }

    public void execute(String... statements) {
        server.execute(name, statements);
    }

    String slot() {
        return "tidemark_" + name;
    }

    Connector connector(String... tables) {
        List<Table> captured = new ArrayList<>();
        for (String table : tables) {
            captured.add(new Table(TableId.parse(table), List.of()));
        }
        return connector(SnapshotMode.INITIAL, captured);
    }

    Connector connector(SnapshotMode mode, List<Table> tables) {
        return new PostgresConnectorFactory().create(settings(mode, tables, server.user(), server.password()));
    }

    public SourceSettings settings(SnapshotMode mode, List<Table> tables, String user, String password) {
        return SourceSettings.of(name)
                .at(server.host(), server.port())
                .database(name)
                .as(user, new Secret(password))
                .snapshot(mode)
                .heartbeat(Duration.ofMillis(200))
                .tables(tables)
                .build();
    }
}
