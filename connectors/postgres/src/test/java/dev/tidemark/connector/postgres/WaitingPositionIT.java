package dev.tidemark.connector.postgres;

import static dev.tidemark.connector.postgres.Fixing.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A position that cannot be fixed yet: what it waits for, and how the wait ends. */
@NullUnmarked
class WaitingPositionIT {

    private static final String ONE_SECOND = "1s";

    private final TestDatabase database = new TestDatabase();

    @Test
    void openTransaction_isNamed_andAnInterruptLeavesNothing() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        try (Connection open = Fixing.open(database, "forgotten")) {
            Fixing fixing = new Fixing(connector).awaitWaitingFor(database, "forgotten");
            assertThat(awaitNamed(connector).message())
                    .contains("the creation of slot " + database.slot() + " waits until open transactions have ended")
                    .contains("application forgotten, idle in transaction");
            fixing.interrupt();
            assertThat(fixing.outcome()).isInstanceOf(InterruptedException.class);
            Fixing.awaitNothingLeft(database);
            open.rollback();
        }
        assertThat(connector.fixPosition()).isEqualTo(connector.heldPosition().orElseThrow());
    }

    @Test
    void lockOfATable_isNamed_andAnInterruptLeavesNothing() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        try (Connection open = Fixing.open(database, "altering", "LOCK TABLE items IN ACCESS EXCLUSIVE MODE")) {
            Fixing fixing = new Fixing(connector).awaitWaitingFor(database, "altering");
            assertThat(awaitNamed(connector).message())
                    .contains("the source waits for a lock that another transaction holds")
                    .contains("application altering");
            fixing.interrupt();
            assertThat(fixing.outcome()).isInstanceOf(InterruptedException.class);
            Fixing.awaitNothingLeft(database);
            assertThat(Fixing.count(database, "SELECT count(*) FROM pg_publication"))
                    .isZero();
            open.rollback();
        }
        connector.fixPosition();
    }

    /** Whichever is first: then either the position is returned and its slot exists, or there is none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT true",
                "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'tidemark position%'"
                        + " AND datname = current_database()",
                "SELECT count(*) > 0 FROM pg_publication",
                "SELECT count(*) > 0 FROM pg_replication_slots WHERE database = current_database()",
                "SELECT count(*) > 0 FROM pg_replication_slots WHERE database = current_database() AND NOT active",
            })
    void interrupt_whileNothingIsWaitedFor_leavesTheSlotOfThePositionOrNone(String moment) throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        Fixing fixing = new Fixing(connector);
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> fixing.isDone() || Fixing.text(database, moment).equals("t"));
        fixing.interrupt();
        Throwable failure = fixing.outcome();
        if (failure == null) {
            assertThat(connector.heldPosition()).contains(fixing.offset());
        } else {
            assertThat(failure).isInstanceOf(InterruptedException.class);
            Fixing.awaitNothingLeft(database);
        }
    }

    @Test
    void timeoutsOfTheRole_endNoWait() throws Exception {
        String user = "limited_" + database.name;
        database.execute(
                "CREATE ROLE " + user + " LOGIN REPLICATION PASSWORD 'p'",
                "GRANT CREATE ON DATABASE " + database.name + " TO " + user,
                "CREATE TABLE items (id int PRIMARY KEY)",
                "ALTER TABLE items OWNER TO " + user);
        for (String timeout : List.of(
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "idle_session_timeout",
                "transaction_timeout")) {
            database.execute("ALTER ROLE " + user + " SET " + timeout + " = '" + ONE_SECOND + "'");
        }
        Connector connector = new PostgresConnectorFactory()
                .create(database.settings(
                        SnapshotMode.INITIAL, List.of(new Table(TableId.parse("public.items"), List.of())), user, "p"));
        try (Connection open = Fixing.open(database, "slow")) {
            Fixing fixing = new Fixing(connector).awaitWaitingFor(database, "slow");
            awaitNamed(connector); // what waits for less than two seconds is not
            open.commit();
            assertThat(fixing.offset()).isEqualTo(connector.heldPosition().orElseThrow());
        }
    }

    @Test
    void sessionThatIsEnded_isRetryable_andTheNextOneSucceeds() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        Connector connector = database.connector("public.items");
        try (Connection open = Fixing.open(database, "slow")) {
            Fixing fixing = new Fixing(connector).awaitWaitingFor(database, "slow");
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
                    + " 'tidemark position%' AND datname = current_database()");
            assertRetryable(fixing);
            open.rollback();
        }
        connector.fixPosition();
    }

    @Test
    void serverThatCrashes_isRetryable_andTheNextOneSucceeds() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            TestDatabase crashing = new TestDatabase(server);
            crashing.execute("CREATE TABLE items (id int PRIMARY KEY)");
            Connector connector = crashing.connector("public.items");
            try (Connection open = Fixing.open(crashing, "slow")) {
                Fixing fixing = new Fixing(connector).awaitWaitingFor(crashing, "slow");
                server.stopImmediate();
                assertRetryable(fixing);
                open.abort(Runnable::run);
            }
            server.startAgain();
            connector.fixPosition();
        }
    }

    @Test
    void connectionLostOnOurSide_freesTheSlot() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        try (Wire wire = new Wire(database.server.port());
                Connection open = Fixing.open(database, "slow")) {
            Connector connector = through(wire);
            Fixing fixing = new Fixing(connector).awaitWaitingFor(database, "slow");
            wire.clients.forEach(Wire::close);
            assertRetryable(fixing);
            Fixing.awaitNothingLeft(database);
            open.rollback();
            connector.fixPosition();
        }
    }

    /** To the server as if this process was killed; this process is not notified either. */
    @Test
    void connectionLostOnTheServersSide_isNoticedByBoth() throws Exception {
        database.execute("CREATE TABLE items (id int PRIMARY KEY)");
        try (Wire wire = new Wire(database.server.port());
                Connection open = Fixing.open(database, "slow")) {
            Connector connector = through(wire);
            Fixing fixing = new Fixing(connector).awaitWaitingFor(database, "slow");
            wire.servers.forEach(Wire::close);
            Fixing.awaitNothingLeft(database);
            assertRetryable(fixing);
            open.rollback();
            connector.fixPosition();
        }
    }

    /** In the log before the position, not delivered, and not visible: a load that does not wait for it loses it. */
    @Test
    void commitThatWaitsForAStandby_isHiddenBeforeThePosition() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            TestDatabase synchronous = new TestDatabase(server);
            synchronous.execute(
                    "CREATE TABLE items (id int PRIMARY KEY)",
                    "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                    "SELECT pg_reload_conf()");
            Connector connector = synchronous.connector("public.items");
            await().atMost(TIMEOUT)
                    .until(() -> Fixing.text(synchronous, "SHOW synchronous_standby_names")
                            .equals("nobody"));
            try (Connection first = Fixing.open(synchronous, "first")) {
                Fixing fixing = new Fixing(connector).awaitWaitingFor(synchronous, "first");
                try (Connection second = Fixing.open(synchronous, "second")) {
                    first.commit();
                    fixing.awaitWaitingFor(synchronous, "second");
                    try (Connection third = Fixing.open(
                            synchronous, "third", "SET synchronous_commit = on", "INSERT INTO items VALUES (1)")) {
                        String xid = Fixing.text(third, "SELECT pg_current_xact_id()::xid");
                        FutureTask<Boolean> commit = new FutureTask<>(() -> {
                            third.commit();
                            return true;
                        });
                        new Thread(commit, "commit").start();
                        await().atMost(TIMEOUT)
                                .until(() -> Fixing.count(
                                                synchronous,
                                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                                        == 1);
                        second.commit();
                        Map<String, Object> offset = fixing.offset();
                        assertThat(Fixing.count(synchronous, "SELECT count(*) FROM items"))
                                .isZero();
                        try (RowReader reader = connector.rowReader()) {
                            assertThat(reader.hiddenBefore(offset))
                                    .extracting(Object::toString)
                                    .containsExactly(xid);
                            try (Connection setting = Fixing.open(synchronous, "setting")) {
                                setting.setAutoCommit(true);
                                setting.createStatement().execute("ALTER SYSTEM RESET synchronous_standby_names");
                                setting.createStatement().execute("SELECT pg_reload_conf()");
                            }
                            assertThat(commit.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                                    .isTrue();
                            assertThat(reader.hiddenBefore(offset)).isEmpty();
                        }
                        assertThat(Fixing.count(synchronous, "SELECT count(*) FROM items"))
                                .isOne();
                        assertThat(Fixing.count(
                                        synchronous,
                                        "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('"
                                                + synchronous.slot()
                                                + "', NULL, NULL, 'proto_version', '1', 'publication_names', '"
                                                + synchronous.slot() + "') WHERE xid::text = '" + xid + "'"))
                                .as("is in the log before the position")
                                .isZero();
                    }
                }
            }
        }
    }

    private static Check awaitNamed(Connector connector) {
        await().atMost(TIMEOUT).until(() -> connector.waitsFor().isPresent());
        return connector.waitsFor().orElseThrow();
    }

    private static void assertRetryable(Fixing fixing) throws Exception {
        assertThat(fixing.outcome())
                .isInstanceOfSatisfying(
                        SourceException.class,
                        e -> assertThat(e.isRetryable()).as(e.getMessage()).isTrue());
    }

    private Connector through(Wire wire) {
        return new PostgresConnectorFactory()
                .create(database.settings(
                                SnapshotMode.INITIAL,
                                List.of(new Table(TableId.parse("public.items"), List.of())),
                                database.server.user(),
                                database.server.password())
                        .like()
                        .at("127.0.0.1", wire.port())
                        .build());
    }

    /** Passes connections on; each side of those that are open can be closed without the other. */
    private static final class Wire implements AutoCloseable {

        final List<Socket> clients = new CopyOnWriteArrayList<>();
        final List<Socket> servers = new CopyOnWriteArrayList<>();
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Wire(int server) throws IOException {
            on(() -> {
                while (true) {
                    Socket client = listening.accept();
                    Socket passed = new Socket(InetAddress.getLoopbackAddress(), server);
                    clients.add(client);
                    servers.add(passed);
                    on(() -> pass(client, passed));
                    on(() -> pass(passed, client));
                }
            });
        }

        int port() {
            return listening.getLocalPort();
        }

        private static void pass(Socket from, Socket to) throws IOException {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput(); // as its peer did; not if it was closed here
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void on(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException ended) {
                    // as connections do
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        static void close(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
