package dev.tidemark.testkit.postgres;

import dev.tidemark.testkit.Housing;
import dev.tidemark.testkit.OpenServers;
import dev.tidemark.testkit.ServerHome;
import dev.tidemark.testkit.ServerProcess;
import dev.tidemark.testkit.container.ContainerHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real Postgres 17 with logical decoding on a loopback port, as a child process or a container ({@link Housing}) that ends with
 * this JVM. Its data is deleted on close. TCP needs the password (scram). Not safe for use by several threads, except
 * for the accessors and connections.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    static final String USER = "postgres";

    private final String password;
    private final ServerHome home;
    private final Runnable closing = this::close;
    private volatile int port;
    private volatile @Nullable ServerProcess process;

    private PostgresServer(Housing housing, Map<String, String> settings, String password) {
        this.password = password;
        Map<String, String> all = new LinkedHashMap<>(
                Map.of("wal_level", "logical", "max_wal_senders", "20", "max_replication_slots", "20", "fsync", "off"));
        all.putAll(settings);
        home = housing == Housing.DOCKER ? ContainerHome.postgres(password, all) : new NativePostgres(password, all);
    }

    /** Starts a server with {@code wal_level = logical} and waits until it takes connections. */
    public static PostgresServer start() {
        return start(Map.of());
    }

    /**
     * Starts a server as {@link #start()} does, with further server settings such as {@code max_slot_wal_keep_size}; they win
     * over the defaults. Without {@code fsync = on} a crash of the machine, not of the server, may lose data.
     */
    public static PostgresServer start(Map<String, String> settings) {
        return start(Housing.chosen(), settings);
    }

    /**
     * Starts a server as {@link #start(Map)} does, always as a child process: the settings name files of this machine, such as
     * keys, or its addresses.
     */
    public static PostgresServer startAsProcess(Map<String, String> settings) {
        return start(Housing.NATIVE, settings);
    }

    private static PostgresServer start(Housing housing, Map<String, String> settings) {
        return start(housing, settings, UUID.randomUUID().toString());
    }

    private static PostgresServer start(Housing housing, Map<String, String> settings, String password) {
        PostgresServer server = new PostgresServer(housing, settings, password);
        OpenServers.add(server.closing);
        try {
            server.home.startOnFreePort(free -> {
                server.port = free;
                server.startAgain();
            });
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Starts a standby with a copy of the primary's data; the primary, a child process, is stopped meanwhile and started again. */
    public static PostgresServer standbyOf(PostgresServer primary, Path copy) {
        return standbyOf(primary, copy, "");
    }

    /**
     * Starts a standby as {@link #standbyOf(PostgresServer, Path)} does, which receives the log through a physical slot of that
     * name, and keeps copies of the primary's failover slots.
     */
    public static PostgresServer standbyWithSlotsOf(PostgresServer primary, Path copy, String slot) {
        return standbyOf(primary, copy, slot);
    }

    private static PostgresServer standbyOf(PostgresServer primary, Path copy, String slot) {
        PostgresServer standby = start(Housing.NATIVE, Map.of(), primary.password);
        standby.stop();
        primary.stop();
        primary.saveData(copy);
        primary.startAgain();
        standby.putBackData(copy);
        String settings = "primary_conninfo = 'host=127.0.0.1 port=" + primary.port + " user=" + USER + " password="
                + primary.password + " dbname=" + USER + "'\n";
        if (!slot.isEmpty()) {
            primary.execute(USER, "SELECT pg_create_physical_replication_slot('" + slot + "', true)");
            settings += "primary_slot_name = '" + slot + "'\nhot_standby_feedback = on\nsync_replication_slots = on\n";
        }
        try {
            Path data = standby.home.dataDirectory();
            Files.copy(
                    data.resolve("postgresql.conf"),
                    data.resolve("standby.signal"),
                    StandardCopyOption.COPY_ATTRIBUTES);
            Files.writeString(data.resolve("postgresql.auto.conf"), settings, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        standby.startAgain();
        return standby;
    }

    /** Returns one server for the JVM, started at the first call; never close it, and use databases of your own. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** Returns the superuser. */
    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    public long pid() {
        return running().pid();
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + database;
    }

    /** Opens a new connection as superuser; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", password);
        login.setProperty("loginTimeout", "30");
        return DriverManager.getConnection(jdbcUrl(database), login);
    }

    public void createDatabase(String database) {
        execute(USER, "CREATE DATABASE \"" + database + "\"");
    }

    /** Runs the statements one by one, each committed separately. */
    public void execute(String database, String... statements) {
        for (String sql : statements) {
            try (Connection connection = connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException("Postgres rejected: " + sql + ": " + e.getMessage(), e);
            }
        }
    }

    /** Stops the server fast, starts it again on the same port and data, and waits until it takes connections. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Shuts the server down fast: connections are ended, a checkpoint is written; becomes immediate after 20 s. */
    public void stop() {
        stop("INT");
    }

    /** Shuts the server down immediately, as in a crash: the next start recovers from the WAL. */
    public void stopImmediate() {
        stop("QUIT");
    }

    /** Starts a stopped server on the same port and data and waits until it takes connections. */
    public void startAgain() {
        launch();
        awaitReady();
    }

    /** Copies the data directory of the stopped server to a directory that does not exist yet; of a child process only. */
    public void saveData(Path copy) {
        home.saveData(copy);
    }

    /** Replaces the data directory of the stopped server by a copy, as when an old volume is attached. */
    public void putBackData(Path copy) {
        home.putBackData(copy);
    }

    /** Stops the server and deletes its data. Harmless when called again. */
    @Override
    public void close() {
        OpenServers.remove(closing);
        stopImmediate();
        home.delete();
    }

    private void launch() {
        ServerProcess current = process;
        if (current != null && current.isAlive()) {
            throw new IllegalStateException("Postgres is running already, pid " + current.pid());
        }
        process = home.start(port);
    }

    private void awaitReady() {
        running().awaitReady(START_LIMIT, this::takesConnections);
    }

    private boolean takesConnections() {
        try (Connection connection = connect(USER)) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private void stop(String signal) {
        ServerProcess current = process;
        if (current == null || !current.isAlive()) {
            return;
        }
        current.signal(signal);
        if (!current.awaitExit(STOP_LIMIT)) {
            current.signal("QUIT");
            if (!current.awaitExit(STOP_LIMIT)) {
                current.kill();
            }
        }
    }

    private ServerProcess running() {
        ServerProcess current = process;
        if (current == null) {
            throw new IllegalStateException("Postgres was not started");
        }
        return current;
    }

    private static final class Shared {
        static final PostgresServer SERVER = PostgresServer.start();
    }
}
