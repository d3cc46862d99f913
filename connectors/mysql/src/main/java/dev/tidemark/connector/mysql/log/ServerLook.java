package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.mysql.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State of a server's history at one time. All of it is read from one run of the server: a further connection counts only if the
 * first is still open after it ({@link #confirm}).
 */
final class ServerLook {

    /** Max time for the server to count a transaction as executed that it has sent already. */
    private static final int TIMEOUT_SECONDS = 2;

    private static final String IDENTITY =
            "SELECT @@GLOBAL.server_uuid, @@GLOBAL.gtid_mode, REPLACE(@@GLOBAL.gtid_executed, '\n', '')";

    private final Connection connection;
    private final Database database;
    private final Map<String, String> headers = new HashMap<>();
    private @Nullable BinlogFiles files;

    final String server;
    final boolean hasGtids;
    final String executed;
    /** The file that is written, and its size now. */
    final String newest;

    final long newestSize;

    /** Seconds for which the server has run. */
    final long uptime;

    ServerLook(Connection connection, Database database) throws SQLException {
        this.connection = connection;
        this.database = database;
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Uptime'")) {
                row.next();
                uptime = row.getLong(2);
            }
            try (ResultSet row = statement.executeQuery(IDENTITY)) {
                row.next();
                server = row.getString(1);
                hasGtids = row.getString(2).equalsIgnoreCase("ON");
                executed = row.getString(3);
            }
            try (ResultSet row = statement.executeQuery(endOfBinlog(connection))) {
                if (!row.next()) {
                    throw new SQLException("the server writes no binlog");
                }
                newest = row.getString("File");
                newestSize = row.getLong("Position");
            }
        }
    }

    private static String endOfBinlog(Connection connection) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        int minor = connection.getMetaData().getDatabaseMinorVersion();
        return major > 8 || major == 8 && minor >= 2 ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    }

    /** Returns a file's size in bytes, or null if the server does not have the file. */
    @Nullable
    Long size(String file) throws SQLException {
        if (file.equals(newest)) {
            return newestSize;
        }
        BinlogFiles known = files;
        if (known == null) {
            known = BinlogFiles.read(connection);
            files = known;
        }
        return known.size(file);
    }

    /** Returns what identifies a file that the server has. */
    String header(String file) throws SQLException {
        String known = headers.get(file);
        if (known == null) {
            try (Connection further = database.open(Database.QUICK)) {
                known = BinlogFileHeader.read(further, file);
            }
            headers.put(file, known);
        }
        return known;
    }

    /** Takes a file's header as read that was read earlier in the same run of the server. */
    void known(String file, String header) {
        headers.put(file, header);
    }

    /** Returns those of some transactions that the server has not executed; empty if it has executed all. */
    String lacks(String... sets) throws SQLException {
        String set = Stream.of(sets).filter(each -> !each.isBlank()).collect(Collectors.joining(","));
        if (set.isEmpty()) {
            return "";
        }
        String lacking = subtracted(set);
        if (!lacking.isEmpty() && hasGtids) {
            waitFor(set);
            lacking = subtracted(set);
        }
        return lacking;
    }

    private String subtracted(String set) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT GTID_SUBTRACT(?, @@GLOBAL.gtid_executed)")) {
            statement.setString(1, set);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1).replace("\n", "");
            }
        }
    }

    private void waitFor(String set) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)")) {
            statement.setString(1, set);
            statement.setLong(2, TIMEOUT_SECONDS);
            statement.execute();
        }
    }

    /** Returns whether the server may have soon what it lacks. */
    boolean replicates() throws SQLException {
        return Replication.isRunning(connection);
    }

    /**
     * Confirms that everything was read from the same run of the server.
     *
     * @throws SQLException if the connection was lost meanwhile
     */
    void confirm() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DO 1");
        }
    }
}
