package dev.tidemark.connector.postgres.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.TestDatabase;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Slots that outlive a failover, on a server that has no standby; {@code PromotionIT} has one. */
class FailoverSlotIT {

    private static final String SLOT = "kept";

    private final PostgresServer server = PostgresServer.start(Map.of());
    private final TestDatabase test = new TestDatabase(server);
    private final SourceSettings settings = test.settings(
            SnapshotMode.INITIAL,
            List.of(new Table(TableId.parse("public.items"), List.of())),
            server.user(),
            server.password());
    private final Database database = new Database(settings);

    @Test
    void slot_isKeptOverAFailover_alsoOneThatExistedBefore_andNamesTheStandbyItWaitsFor() throws Exception {
        try (server) {
            test.execute("CREATE TABLE items (id int PRIMARY KEY)");
            new PositionFixing(database, settings, SLOT, "published").fix();
            assertThat(find().failover()).isTrue();
            assertThat(find().synced()).isFalse();

            test.execute(
                    "SELECT pg_drop_replication_slot('kept')",
                    "SELECT pg_create_logical_replication_slot('kept', 'pgoutput')");
            assertThat(find().failover()).isFalse();
            new FailoverSlot(database, SLOT).ensure();
            assertThat(find().failover()).isTrue();
            new FailoverSlot(database, SLOT).ensure(); // changes nothing

            assertThat(waits()).isEmpty();
            test.execute(
                    "SELECT pg_create_physical_replication_slot('standby1')",
                    "ALTER SYSTEM SET synchronized_standby_slots = 'standby1'",
                    "SELECT pg_reload_conf()");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(waits()).hasValueSatisfying(check -> {
                        assertThat(check.outcome()).isEqualTo(Check.Outcome.FAILED);
                        assertThat(check.message()).contains("slot kept sends no changes", "'standby1'");
                        assertThat(check.hint()).contains("synchronized_standby_slots");
                    }));
            assertThat(new SlotHealth(database, SLOT).status().problems())
                    .as("what health shows")
                    .singleElement()
                    .satisfies(check -> assertThat(check.message()).contains("'standby1'"));
        }
    }

    private ReplicationSlot find() {
        return database.ask(connection -> Objects.requireNonNull(ReplicationSlot.find(connection, SLOT)));
    }

    private Optional<Check> waits() {
        return database.ask(connection -> FailoverSlot.waits(connection, ReplicationSlot.find(connection, SLOT)));
    }
}
