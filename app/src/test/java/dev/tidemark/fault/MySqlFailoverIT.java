package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Proxy;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A name that moves to a replica: one that has everything continues the history, one that lacks some does not. */
@Tag("long")
class MySqlFailoverIT {

    /** The password of the test's own user is longer than replication takes. */
    private static final String[] REPLICATION_USER = {
        "CREATE USER replica IDENTIFIED BY 'replica-pw'", "GRANT REPLICATION SLAVE ON *.* TO replica"
    };

    private static final String ROWS = "SELECT id, name FROM products";

    @Test
    void replicaWithEverything_isFollowedUnderLoad_andOneThatLacksSome_isHeld() throws Exception {
        try (MySqlServer first = MySqlServer.startAsProcess();
                MySqlServer second = MySqlServer.startAsProcess("--server-id=2");
                Shop shop = new Shop(new MySqlSource(first), TypesenseServer.shared());
                Proxy name = new Proxy(first.port())) {
            first.execute("", REPLICATION_USER);
            // Each server has its own password for the test's user: this one is on both.
            first.execute(
                    "",
                    "CREATE USER tidemark IDENTIFIED BY '" + first.password() + "'",
                    "GRANT ALL PRIVILEGES ON *.* TO tidemark");
            shop.withUser("tidemark");
            replicate(first, second);
            shop.sql(
                    "CREATE TABLE products (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20))",
                    "INSERT INTO products SELECT i, 'first' FROM "
                            + shop.source().numbers(100));
            shop.document("products");
            Path config = through(name, first, shop.configFile());
            try (Service service = Service.run(config);
                    Writer writer = new Writer(first, shop.name())) {
                service.awaitLine("initial load is complete");
                switchOver(first, second, name, writer);
                writer.awaitMore(100);
                writer.close();
                awaitEverything(second, first);
                shop.awaitEqual("products", ROWS);
                assertThat(service.output()).doesNotContain("is another server").doesNotContain("tidemark approve");
                assertThat(service.output().split("initial load is complete", -1))
                        .hasSize(2);
                await().until(() -> service.get("/health/ready").statusCode() == 200);

                loseTransactions(first, second, shop);
                name.leadTo(first.port());
                service.awaitLine("WARN", "is another server", "lacks transactions", "tidemark approve");
                write(first, shop, 250);
                assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
                service.kill();
            }
            Service.Ended ended = Service.command("run", "-c", config.toString());
            assertThat(ended.output()).contains("is another server").doesNotContain("\tat ");
            assertThat(ended.code()).isEqualTo(2);
            assertThat(shop.documents("products").toString()).contains("lost").doesNotContain("unseen");
        }
    }

    private static Path through(Proxy name, MySqlServer server, Path config) throws Exception {
        return Files.writeString(
                config, Files.readString(config).replace("port: " + server.port(), "port: " + name.port()));
    }

    /** As planned: no writes, until the replica has everything; then the roles change. */
    private static void switchOver(MySqlServer from, MySqlServer to, Proxy name, Writer writer) throws Exception {
        writer.awaitMore(100);
        writer.to(to, () -> {
            from.execute("", "SET GLOBAL super_read_only = ON");
            awaitEverything(from, to);
            to.execute("", "STOP REPLICA", "RESET REPLICA ALL");
            replicate(to, from);
        });
        name.leadTo(to.port());
    }

    /** The replica is promoted although it does not have the newest transactions. */
    private static void loseTransactions(MySqlServer promoted, MySqlServer lost, Shop shop) {
        promoted.execute("", "STOP REPLICA", "RESET REPLICA ALL", "SET GLOBAL super_read_only = OFF");
        lost.execute(shop.name(), "SET GLOBAL read_only = OFF", "INSERT INTO products (name) VALUES ('lost')");
        await().untilAsserted(
                        () -> assertThat(shop.documents("products").toString()).contains("lost"));
    }

    private static void write(MySqlServer server, Shop shop, int transactions) {
        for (int i = 0; i < transactions; i++) {
            server.execute(shop.name(), "INSERT INTO products (name) VALUES ('unseen')");
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
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
            row.next();
            replica.execute("", "DO WAIT_FOR_EXECUTED_GTID_SET('" + row.getString(1) + "', 60)");
        }
    }

    /** Inserts row after row, each in a transaction of its own. */
    private static final class Writer implements AutoCloseable {
        private final Thread thread = new Thread(this::write, "writer");
        private final String database;
        private final ReentrantLock lock = new ReentrantLock(true);
        private final AtomicInteger written = new AtomicInteger();
        private MySqlServer server;
        private volatile boolean closed;

        Writer(MySqlServer server, String database) {
            this.server = server;
            this.database = database;
            thread.start();
        }

        private void write() {
            while (!closed) {
                lock.lock();
                try {
                    server.execute(database, "INSERT INTO products (name) VALUES ('row " + written + "')");
                } finally {
                    lock.unlock();
                }
                written.incrementAndGet();
            }
        }

        /** Writes to another server after something has been done, and nothing in between. */
        void to(MySqlServer other, Switch work) throws Exception {
            lock.lock();
            try {
                work.run();
                server = other;
            } finally {
                lock.unlock();
            }
        }

        void awaitMore(int rows) {
            int until = written.get() + rows;
            await().until(() -> written.get() >= until);
        }

        @Override
        public void close() throws InterruptedException {
            closed = true;
            thread.join();
        }
    }

    private interface Switch {
        void run() throws Exception;
    }
}
