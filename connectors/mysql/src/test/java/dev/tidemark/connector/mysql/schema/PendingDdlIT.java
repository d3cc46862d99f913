package dev.tidemark.connector.mysql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.connector.Secret;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.log.LogEnd;
import dev.tidemark.connector.mysql.schema.SchemaCheck.Place;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Statements that are still to come, of a server that numbers its files as it likes. */
class PendingDdlIT {

    private static final String DB = "pending_ddl";
    private static final TableId ITEMS = new TableId(DB, "items");
    private static final TableId OTHERS = new TableId(DB, "others");

    private final MySqlServer server = MySqlServer.shared();
    private final PendingDdl pending = new PendingDdl(
            new Database(SourceSettings.of("pending")
                    .at(server.host(), server.port())
                    .as(server.user(), new Secret(server.password()))
                    .build()),
            List.of(ITEMS, OTHERS));

    private LogEnd end() throws SQLException {
        try (Connection connection = server.connect()) {
            return LogEnd.read(connection);
        }
    }

    private static Place place(LogEnd end) {
        return new Place(end.file(), end.place());
    }

    @Test
    void onlyTheGtids_tellWhatIsPending_onAnotherServer() throws Exception {
        server.execute("", "DROP DATABASE IF EXISTS " + DB); // of a first try
        server.createDatabase(DB);
        server.execute(
                DB,
                "CREATE TABLE items (id int PRIMARY KEY)",
                "CREATE TABLE others (id int PRIMARY KEY)",
                "FLUSH BINARY LOGS");
        LogEnd before = end();
        server.execute(DB, "ALTER TABLE items ADD a int", "FLUSH BINARY LOGS", "INSERT INTO items VALUES (1, 1)");
        LogEnd after = end();

        pending.done(before.gtids());
        assertThat(pending.isPending(ITEMS, null)).isTrue();
        assertThat(pending.isPending(OTHERS, null)).isFalse();
        assertThat(pending.isPending(ITEMS, place(before))).isTrue();
        assertThat(pending.isPending(ITEMS, place(after))).isFalse();
        pending.done(after.gtids());
        assertThat(pending.isPending(ITEMS, null)).isFalse();

        pending.done(null);
        assertThat(pending.isPending(ITEMS, place(before))).isTrue();
        assertThat(pending.isPending(OTHERS, place(before))).isFalse();
        pending.done(null);
        assertThat(pending.isPending(ITEMS, place(after))).isFalse();

        pending.done(null);
        Place noEvent = new Place(before.file(), before.place() + 1);
        assertThat(pending.isPending(ITEMS, noEvent))
                .as("not the place of an event")
                .isTrue();
        assertThat(pending.isPending(OTHERS, noEvent)).isFalse();
        pending.done(null);
        assertThat(pending.isPending(OTHERS, new Place("binlog.900000", 5_000)))
                .as("the log is not known that far")
                .isTrue();
    }
}
