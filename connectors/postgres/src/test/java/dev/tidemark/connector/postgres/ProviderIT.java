package dev.tidemark.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Check.Outcome;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real server that has a provider's roles, and that is not prepared: {@code check} names what to do there. */
@NullUnmarked
class ProviderIT {

    private static final String ANOTHER_WAY = "postgresql.conf";

    private static PostgresServer server;
    private static TestDatabase database;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(Map.of("wal_level", "replica", "max_replication_slots", "0"));
        database = new TestDatabase(server);
        database.execute("CREATE TABLE items (id int PRIMARY KEY)", "CREATE ROLE plain LOGIN PASSWORD 'p'");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "rds_superuser, Amazon RDS, 'rds.logical_replication = 1 in the DB parameter group', 'GRANT rds_replication TO \"plain\"'",
                "cloudsqlsuperuser, Google Cloud SQL, 'the flag cloudsql.logical_decoding = on', 'ALTER USER \"plain\" WITH REPLICATION'",
                "azure_pg_admin, Azure, 'the server parameter wal_level = logical', 'ALTER ROLE \"plain\" WITH REPLICATION'",
                "neon_superuser, Neon, 'in the settings of the project', 'in Neon''s console'",
                "supabase_admin, Supabase, 'restart the project', 'ALTER ROLE \"plain\" REPLICATION, as user postgres'",
            })
    void provider_isNamed_withItsOwnWays(String role, String name, String logical, String grant) {
        database.execute("CREATE ROLE " + role, "GRANT " + role + " TO plain");
        try {
            List<Check> checks = preflight();
            assertThat(of("provider", checks).outcome()).isEqualTo(Outcome.OK);
            assertThat(of("provider", checks).message()).startsWith(name);
            assertThat(of("wal_level", checks).outcome()).isEqualTo(Outcome.FAILED);
            assertThat(of("wal_level", checks).hint()).contains(logical).doesNotContain(ANOTHER_WAY);
            // A member of the administrators' role may not replicate by that: the server decides.
            assertThat(of("replication role", checks).outcome()).isEqualTo(Outcome.FAILED);
            assertThat(of("replication role", checks).hint()).contains(grant);
            assertThat(of("max_replication_slots", checks).hint())
                    .startsWith("raise max_replication_slots ")
                    .isNotEqualTo("raise max_replication_slots and restart the server");
        } finally {
            database.execute("DROP ROLE " + role);
        }
        List<Check> own = preflight();
        assertThat(own).extracting(Check::subject).doesNotContain("provider");
        assertThat(of("wal_level", own).hint()).contains(ANOTHER_WAY);
    }

    private static Check of(String subject, List<Check> checks) {
        return checks.stream()
                .filter(check -> check.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError(checks.toString()));
    }

    private static List<Check> preflight() {
        List<Table> tables = List.of(new Table(TableId.parse("public.items"), List.of()));
        return new PostgresConnectorFactory()
                .create(database.settings(SnapshotMode.INITIAL, tables, "plain", "p"))
                .preflight(null, false);
    }
}
