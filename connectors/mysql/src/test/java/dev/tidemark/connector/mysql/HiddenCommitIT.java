package dev.tidemark.connector.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.log.LogEnd;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A commit that is in the binlog, and that the server holds back from other sessions, while a position is fixed behind it. A load that begins
 * then must see it, or the stream must send it.
 */
@NullUnmarked
class HiddenCommitIT {

    private static final TableId ITEMS = new TableId("hidden", "items");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path state;

    @ParameterizedTest
    @ValueSource(strings = {"ON", "OFF"})
    void aCommitThatIsHeldBack_isRead_orStreamed(String gtids) throws Exception {
        try (MySqlServer server =
                MySqlServer.start("--gtid-mode=" + gtids, "--enforce-gtid-consistency=" + gtids, "--sync-binlog=0")) {
            server.execute(
                    "",
                    "CREATE DATABASE hidden",
                    "CREATE TABLE hidden.items (id int PRIMARY KEY)",
                    "INSERT INTO hidden.items VALUES (0)",
                    "SET GLOBAL binlog_group_commit_sync_delay = 1000000"); // microseconds
            MySqlConnector connector = new MySqlConnector(SourceSettings.of("hidden")
                    .at(server.host(), server.port())
                    .as(server.user(), new Secret(server.password()))
                    .state(state)
                    .tables(List.of(new SourceSettings.Table(ITEMS, List.of())))
                    .build());
            LogEnd before = end(server);
            Thread held = new Thread(() -> server.execute("", "INSERT INTO hidden.items VALUES (1)"));
            held.start();
            await().atMost(TIMEOUT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> end(server).place() > before.place());
            Map<String, Object> offset = connector.fixPosition();
            List<Object> read = new ArrayList<>();
            try (RowReader reader = connector.rowReader()) {
                reader.awaitVisible(reader.hiddenBefore(offset));
                reader.first(ITEMS, List.of("id"), 10, row -> read.add(row.get(0)));
            }
            List<Object> streamed = streamed(connector, server, offset);
            held.join();
            boolean named = offset.get("gtids") != null;
            assertThat(named).isEqualTo(gtids.equals("ON"));
            assertThat(named ? streamed : read).contains(1);
        }
    }

    private static LogEnd end(MySqlServer server) throws SQLException {
        try (Connection connection = server.connect()) {
            return LogEnd.read(connection);
        }
    }

    /** Returns the ids that an engine sends from there on, up to that of a row that is inserted now. */
    private static List<Object> streamed(MySqlConnector connector, MySqlServer server, Map<String, Object> offset) {
        List<Object> streamed = new CopyOnWriteArrayList<>();
        ChangeDecoder decoder = connector.decoder();
        try (ResumedEngine engine = new ResumedEngine(
                connector.engineProperties(offset),
                "hidden",
                offset,
                record -> decoder.decode(record, event -> {
                    if (event.change() instanceof Change.Upsert upsert) {
                        Row after = upsert.after();
                        streamed.add(after.get(0));
                    }
                }))) {
            server.execute("", "INSERT INTO hidden.items VALUES (2)");
            await().atMost(TIMEOUT).until(() -> streamed.contains(2) || engine.isCompleted());
            assertThat(engine.failure()).isNull();
        }
        return streamed;
    }
}
