package dev.tidemark.connector.mysql.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.History;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real servers that continue, and real servers that were put back in time, seen with the privileges of the README. */
@NullUnmarked
class MySqlHistoryIT {

    /** The password of the test's own user is longer than replication takes. */
    private static final String[] REPLICATION_USER = {
        "CREATE USER replica IDENTIFIED BY 'replica-pw'", "GRANT REPLICATION SLAVE ON *.* TO replica"
    };

    @TempDir
    private Path directory;

    private Path copy() {
        return directory.resolve("copy");
    }

    private static void signal(MySqlServer server, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(server.pid()))
                .start()
                .waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ON", "OFF"})
    void everydayMaintenance_continuesTheHistory(String gtids) throws Exception {
        try (MySqlServer server = server(gtids)) {
            ServerHistory first = continued(server, null, null);
            insert(server, 3);
            ServerHistory grown = continued(server, first, place(server));
            server.execute("", "FLUSH BINARY LOGS", "SET GLOBAL binlog_checksum = 'NONE'");
            ServerHistory rotated = continued(server, grown, place(server));
            assertThat(rotated.file()).isNotEqualTo(grown.file());
            server.kill();
            server.startAgain();
            ServerHistory recovered = continued(server, rotated, place(server));
            server.execute("", "FLUSH BINARY LOGS", "FLUSH BINARY LOGS");
            String file = String.valueOf(place(server).get("file"));
            server.execute("", "PURGE BINARY LOGS TO '" + file + "'");
            assertThat(continued(server, recovered, place(server)).file()).isEqualTo(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ON", "OFF"})
    void copyPutBack_isNoticed_howeverManyTransactionsFollow(String gtids) throws Exception {
        try (MySqlServer server = server(gtids)) {
            server.stop();
            server.saveData(copy());
            server.startAgain();
            insert(server, 5);
            ServerHistory recorded = continued(server, null, null);
            Map<String, Object> offset = place(server);
            server.stop();
            server.putBackData(copy());
            server.startAgain();
            insert(server, 50);
            assertThat(contradiction(server, recorded, offset)).contains(recorded.file(), recorded.header());
        }
    }

    /** The copy was taken in the middle of the file that is still written: the file is the same one, and too short. */
    @ParameterizedTest
    @ValueSource(strings = {"ON", "OFF"})
    void snapshotOfTheVolumePutBack_isNoticed_howeverManyTransactionsFollow(String gtids) throws Exception {
        try (MySqlServer server = server(gtids)) {
            signal(server, "STOP"); // as at one moment
            server.saveData(copy());
            signal(server, "CONT");
            insert(server, 5);
            Map<String, Object> offset = place(server);
            Instant now = Instant.now();
            LongSupplier clock =
                    Stream.iterate(now.toEpochMilli(), millis -> millis + 3_000).iterator()::next;
            MySqlHistory history = new MySqlHistory(database(server), clock);
            ServerHistory recorded = continued(history, continued(history, null, offset), offset);
            assertThat(recorded.size()).isEqualTo(offset.get("pos"));
            server.kill();
            server.putBackData(copy());
            server.startAgain();
            insert(server, 50);
            assertThat(contradiction(server, recorded, offset)).contains(recorded.file());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ON", "OFF"})
    void numberingFromTheBeginning_isNoticed(String gtids) throws Exception {
        try (MySqlServer server = server(gtids)) {
            server.execute("", "FLUSH BINARY LOGS");
            ServerHistory recorded = continued(server, null, null);
            if (gtids.equals("OFF")) {
                withoutGtids_anotherServerIsNoticed(server, recorded);
            }
            server.execute("", "RESET MASTER");
            assertThat(contradiction(server, recorded, null)).contains("binlog.000001 as the newest");
        }
    }

    private static void withoutGtids_anotherServerIsNoticed(MySqlServer server, ServerHistory recorded)
            throws SQLException {
        Map<String, String> facts = new HashMap<>(recorded.facts());
        facts.put("server_uuid", "another");
        History.Finding found = history(server).compare(facts, place(server), History.HandedOver.NOTHING);
        assertThat(found).isInstanceOf(History.Finding.Contradiction.class);
        assertThat(((History.Finding.Contradiction) found).reason()).isEqualTo(History.Reason.IDENTITY);

        Map<String, Object> beyond = new HashMap<>(place(server));
        beyond.put("pos", 1_000_000L);
        assertThat(contradiction(server, recorded, beyond)).contains("position 1000000");
    }

    @Test
    void replica_continuesTheHistory_ifItHasEverything_andMayLagBehind() throws Exception {
        try (MySqlServer source = server("ON");
                MySqlServer replica = MySqlServer.startAsProcess("--server-id=2")) {
            source.execute("", REPLICATION_USER);
            replicate(source, replica);
            insert(source, 5);
            awaitEverything(source, replica);
            ServerHistory recorded = continued(source, null, place(source));
            assertThat(continued(replica, recorded, place(source)).server()).isNotEqualTo(recorded.server());

            replica.execute("", "STOP REPLICA SQL_THREAD");
            insert(source, 1);
            recorded = continued(source, recorded, place(source));
            assertThat(history(replica).compare(recorded.facts(), place(source), History.HandedOver.NOTHING))
                    .isInstanceOf(History.Finding.Behind.class);
            replica.execute("", "START REPLICA SQL_THREAD");
            awaitEverything(source, replica);
            ServerHistory failedOver = continued(replica, recorded, place(source));
            insert(replica, 1);
            continued(replica, failedOver, place(source)); // no offset of the new server is stored yet

            replica.execute("", "STOP REPLICA", "RESET REPLICA ALL");
            insert(source, 1);
            recorded = continued(source, recorded, place(source));
            insert(replica, 50);
            History.Finding lost =
                    history(replica).compare(recorded.facts(), place(source), History.HandedOver.NOTHING);
            assertThat(lost).isInstanceOf(History.Finding.Contradiction.class);
            assertThat(((History.Finding.Contradiction) lost).reason()).isEqualTo(History.Reason.IDENTITY);
            assertThat(lost.toString()).contains(recorded.server(), failedOver.server(), "lacks transactions");
        }
    }

    private static void replicate(MySqlServer source, MySqlServer replica) {
        replica.execute(
                "",
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + source.port()
                        + ", SOURCE_USER = 'replica', SOURCE_PASSWORD = 'replica-pw', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1",
                "START REPLICA");
    }

    private static void awaitEverything(MySqlServer source, MySqlServer replica) throws SQLException {
        replica.execute("", "DO WAIT_FOR_EXECUTED_GTID_SET('" + place(source).get("gtids") + "', 30)");
    }

    private static ServerHistory continued(
            MySqlServer server, @Nullable ServerHistory recorded, @Nullable Map<String, ?> offset) {
        return continued(history(server), recorded, offset);
    }

    private static ServerHistory continued(
            MySqlHistory history, @Nullable ServerHistory recorded, @Nullable Map<String, ?> offset) {
        History.Finding found =
                history.compare(recorded == null ? Map.of() : recorded.facts(), offset, History.HandedOver.NOTHING);
        assertThat(found).isInstanceOf(History.Finding.Same.class);
        return ServerHistory.of(((History.Finding.Same) found).facts());
    }

    private static String contradiction(MySqlServer server, ServerHistory recorded, @Nullable Map<String, ?> offset) {
        History.Finding found = history(server).compare(recorded.facts(), offset, History.HandedOver.NOTHING);
        assertThat(found).isInstanceOf(History.Finding.Contradiction.class);
        assertThat(((History.Finding.Contradiction) found).reason()).isEqualTo(History.Reason.HISTORY);
        return ((History.Finding.Contradiction) found).message();
    }

    private static MySqlServer server(String gtids) {
        MySqlServer server = gtids.equals("ON")
                ? MySqlServer.startAsProcess()
                : MySqlServer.startAsProcess("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF");
        server.execute(
                "",
                "CREATE DATABASE shop",
                "CREATE TABLE shop.products (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20))",
                "CREATE USER tidemark IDENTIFIED BY 'secret-pw-1'",
                "GRANT RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO tidemark",
                "GRANT SELECT ON shop.* TO tidemark");
        return server;
    }

    private static void insert(MySqlServer server, int transactions) {
        for (int i = 0; i < transactions; i++) {
            server.execute("shop", "INSERT INTO products (name) VALUES ('some')");
        }
    }

    /** The offset of a pipeline that has read everything. */
    private static Map<String, Object> place(MySqlServer server) throws SQLException {
        try (Connection connection = server.connect()) {
            ServerLook now = new ServerLook(connection, database(server));
            Map<String, Object> place = new HashMap<>(Map.of("file", now.newest, "pos", now.newestSize));
            if (now.hasGtids) {
                place.put("gtids", now.executed);
            }
            return place;
        }
    }

    private static MySqlHistory history(MySqlServer server) {
        return new MySqlHistory(database(server), System::currentTimeMillis);
    }

    private static Database database(MySqlServer server) {
        return new Database(SourceSettings.of("history")
                .at(server.host(), server.port())
                .as("tidemark", new Secret("secret-pw-1"))
                .build());
    }
}
