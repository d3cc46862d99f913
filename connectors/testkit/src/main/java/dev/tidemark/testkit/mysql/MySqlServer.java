package dev.tidemark.testkit.mysql;

import dev.tidemark.testkit.Housing;
import dev.tidemark.testkit.OpenServers;
import dev.tidemark.testkit.ServerHome;
import dev.tidemark.testkit.ServerProcess;
import dev.tidemark.testkit.container.ContainerHome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real MySQL 8.0 with a row-based binlog and GTIDs on a loopback port, as a child process or a container ({@link Housing}) that
 * ends with this JVM. Its data is deleted on close. Every commit reaches the operating system, which is not asked to sync it:
 * a killed server comes back with it, only a crash of the machine may lose it. Not safe for use by several threads, except for the
 * accessors and connections.
 */
public final class MySqlServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String USER = "root";

    private static final List<String> DEFAULTS = List.of(
            "--mysqlx=OFF",
            "--skip-name-resolve",
            "--server-id=1",
            "--log-bin=binlog",
            "--binlog-format=ROW",
            "--gtid-mode=ON",
            "--enforce-gtid-consistency=ON",
            "--sync-binlog=0",
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-buffer-pool-size=64M",
            "--performance-schema=OFF"); // half of the memory and of the time to start

    private final String password = UUID.randomUUID().toString();
    private final Runnable closing = this::close;
    private final ServerHome home;
    private volatile int port;
    private volatile @Nullable ServerProcess process;

    private MySqlServer(Housing housing, List<String> arguments) {
        home = housing == Housing.DOCKER
                ? ContainerHome.mysql(password, DEFAULTS, arguments)
                : new NativeMySql(password, DEFAULTS, arguments);
    }

    /**
     * Starts a server and waits until it takes connections.
     *
     * @param extraMysqldArguments such as {@code --gtid-mode=OFF}; they win over the defaults, also at later starts
     */
    public static MySqlServer start(String... extraMysqldArguments) {
        return start(Housing.chosen(), extraMysqldArguments);
    }

    /**
     * Starts a server as {@link #start} does, always as a child process: the arguments name files of this machine, such as keys.
     */
    public static MySqlServer startAsProcess(String... extraMysqldArguments) {
        return start(Housing.NATIVE, extraMysqldArguments);
    }

    private static MySqlServer start(Housing housing, String... extraMysqldArguments) {
        MySqlServer server = new MySqlServer(housing, List.of(extraMysqldArguments));
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

    /** Returns one server for the JVM, started at the first call; never close it, and use databases of your own. */
    public static MySqlServer shared() {
        return Shared.SERVER;
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** Returns the user that has all privileges. */
    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    public long pid() {
        return running().pid();
    }

    /** Returns the version, such as "8.0.33". */
    public String version() {
        try (Connection connection = connect()) {
            return connection.getMetaData().getDatabaseProductVersion().replaceFirst("-.*", "");
        } catch (SQLException e) {
            throw new IllegalStateException("MySQL does not report its version: " + e.getMessage(), e);
        }
    }

    /** Returns the URL without the login; if {@code database} is empty, a connection is in none. */
    public String jdbcUrl(String database) {
        return "jdbc:mysql://" + host() + ":" + port + "/" + database;
    }

    /** Opens a new connection without a database; the caller closes it. */
    public Connection connect() throws SQLException {
        return connect("");
    }

    /** Opens a new connection as {@link #user()}; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", password);
        login.setProperty("connectTimeout", "30000");
        login.setProperty("allowPublicKeyRetrieval", "true");
        return DriverManager.getConnection(jdbcUrl(database), login);
    }

    public void createDatabase(String database) {
        execute("", "CREATE DATABASE `" + database + "`");
    }

    /** Runs the statements one by one, each committed separately. */
    public void execute(String database, String... statements) {
        for (String sql : statements) {
            try (Connection connection = connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException("MySQL rejected: " + sql + ": " + e.getMessage(), e);
            }
        }
    }

    /** Stops the server in order, starts it again on the same port and data, and waits until it takes connections. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Shuts the server down in an orderly way; connections are ended. The server is killed if it takes more than 30 s. */
    public void stop() {
        ServerProcess current = process;
        if (current == null || !current.isAlive()) {
            return;
        }
        current.signal("TERM");
        if (!current.awaitExit(STOP_LIMIT)) {
            current.kill();
        }
    }

    /** Kills the server as in a crash, by {@code kill -9}: the next start recovers. Harmless if it is not running. */
    public void kill() {
        ServerProcess current = process;
        if (current != null && current.isAlive()) {
            current.kill();
        }
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
        kill();
        home.delete();
    }

    private void launch() {
        ServerProcess current = process;
        if (current != null && current.isAlive()) {
            throw new IllegalStateException("MySQL is running already, pid " + current.pid());
        }
        process = home.start(port);
    }

    private void awaitReady() {
        running().awaitReady(START_LIMIT, this::takesConnections);
    }

    private boolean takesConnections() {
        try (Connection connection = connect()) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private ServerProcess running() {
        ServerProcess current = process;
        if (current == null) {
            throw new IllegalStateException("MySQL was not started");
        }
        return current;
    }

    private static final class Shared {
        static final MySqlServer SERVER = MySqlServer.start();
    }
}
