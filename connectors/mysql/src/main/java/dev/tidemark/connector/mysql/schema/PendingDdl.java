package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.ddl.DdlStatement;
import dev.tidemark.connector.mysql.log.BinlogFiles;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.schema.SchemaCheck.Place;
import io.debezium.connector.mysql.gtid.MySqlGtidSet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a table is changed by a statement that the stream has not come to: then the server's columns are those of later rows. It
 * reads the server's list of the binlog's events, and remembers how far. One thread at a time.
 */
final class PendingDdl {

    private static final Duration ONE_PAGE = Duration.ofSeconds(30);
    private static final long TIMEOUT_NANOS = Duration.ofSeconds(60).toNanos();
    private static final int PAGE = 20_000;
    private static final String USE = "use `";

    /** The file was deleted, or the position is not the beginning of an event. */
    private static final int NOT_FOUND = 1220;

    private static final int FIRST_EVENT = 4;

    private static final Logger LOG = LoggerFactory.getLogger(PendingDdl.class);

    private final Database database;
    private final Collection<TableId> captured;
    private final Map<TableId, Long> last = new HashMap<>();
    /** Start of the scan; the scan continues behind what it has seen. */
    private @Nullable Place from;

    private String file = "";
    private long place = FIRST_EVENT;
    private @Nullable String gtid;
    private @Nullable MySqlGtidSet done;
    /** True after a position was not found in its file: files are then read from their first event. */
    private boolean allFiles;

    PendingDdl(Database database, Collection<TableId> captured) {
        this.database = database;
        this.captured = captured;
    }

    /** Begins again, and leaves out transactions that were read: a stream that resumes by GTIDs may do so on another server. */
    void done(@Nullable String gtids) {
        done = gtids == null || gtids.isEmpty() ? null : new MySqlGtidSet(gtids);
        from = null;
        restart();
    }

    private void restart() {
        last.clear();
        gtid = null;
        file = "";
    }

    /**
     * Returns whether a statement behind the position may change the table; also if the log is too long to be read now.
     *
     * @param at the beginning of the event that the stream is at, or the end of one; null if the stream has not come to an event
     *     of this server, so that only the GTIDs show what was read
     */
    boolean isPending(TableId table, @Nullable Place at) throws SQLException {
        return !scanFrom(at) || isKnown(table, at);
    }

    /** Returns a table that a statement behind the end of an event may change; any of them if the log is too long to be read now. */
    Optional<TableId> changed(Place at) throws SQLException {
        boolean complete = scanFrom(at);
        return captured.stream()
                .filter(table -> !complete || isKnown(table, at))
                .findFirst();
    }

    /** Reads the log on to its end; returns false if it is too long to be read now. */
    private boolean scanFrom(@Nullable Place at) throws SQLException {
        if (at != null && (from == null || at.position() < from.position())) {
            from = at;
            if (done == null) {
                restart();
            }
        }
        try (Connection connection = database.open(ONE_PAGE)) {
            return scan(connection, at);
        }
    }

    /** Returns whether what was seen of the log so far has a statement behind the position that may change the table. */
    boolean isKnown(TableId table, @Nullable Place at) {
        return last.getOrDefault(table, -1L) > (at == null ? -1 : at.position());
    }

    private boolean scan(Connection connection, @Nullable Place at) throws SQLException {
        try {
            return scanned(connection, at);
        } catch (SQLException e) {
            if (e.getErrorCode() != NOT_FOUND) {
                throw e;
            }
            LOG.info("{} from {} is not to be read: {}", file, place, e.getMessage());
            boolean again = !allFiles;
            restart();
            allFiles = true;
            return again && scan(connection, at);
        }
    }

    private boolean scanned(Connection connection, @Nullable Place at) throws SQLException {
        long began = System.nanoTime();
        List<String> files = BinlogFiles.read(connection).names();
        if (!files.contains(file)) { // nothing was read yet, or what was read is purged: the stream is behind that
            restart();
            file = done != null ? firstNotDone(connection, files) : at == null ? "" : at.file();
            place = done != null || at == null || allFiles ? FIRST_EVENT : at.place();
        }
        int first = files.indexOf(file);
        for (int i = first; i >= 0 && i < files.size(); i++) {
            if (!files.get(i).equals(file)) {
                file = files.get(i);
                place = FIRST_EVENT;
            }
            while (page(connection)) {
                if (System.nanoTime() - began > TIMEOUT_NANOS) {
                    return false;
                }
            }
        }
        return files.contains(file);
    }

    /** Returns the newest file before which everything was read; else the oldest. */
    private String firstNotDone(Connection connection, List<String> files) throws SQLException {
        for (int i = files.size() - 1; i > 0; i--) {
            Optional<String> before = before(connection, files.get(i));
            if (before.isPresent() && isDone(before.get())) {
                return files.get(i);
            }
        }
        return files.isEmpty() ? "" : files.get(0);
    }

    /** Returns the GTIDs of all transactions in earlier files, which the beginning of the file lists. */
    private static Optional<String> before(Connection connection, String file) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet events = statement.executeQuery("SHOW BINLOG EVENTS IN '" + file + "' LIMIT 3")) {
            while (events.next()) {
                if ("Previous_gtids".equals(events.getString("Event_type"))) {
                    return Optional.of(events.getString("Info").replaceAll("\\s", ""));
                }
            }
        }
        return Optional.empty();
    }

    /** Returns whether the page was full: then more may follow. */
    private boolean page(Connection connection) throws SQLException {
        int rows = 0;
        String sql = "SHOW BINLOG EVENTS IN '" + file + "' FROM " + place + " LIMIT " + PAGE;
        try (Statement statement = streaming(connection);
                ResultSet events = statement.executeQuery(sql)) {
            while (events.next()) {
                rows++;
                String type = events.getString("Event_type");
                if ("Gtid".equals(type)) {
                    gtid = events.getString("Info").replaceFirst(".*'(.*)'.*", "$1");
                } else if (type.contains("Gtid")) {
                    gtid = null; // anonymous, or tagged
                } else if ("Query".equals(type)) {
                    query(BinlogPosition.of(file, events.getLong("Pos")), events.getString("Info"));
                }
                place = Math.max(place, events.getLong("End_log_pos"));
            }
        }
        return rows == PAGE;
    }

    /** Creates a statement whose rows the driver hands on one at a time, without collecting all of them (invariant 3). */
    private static Statement streaming(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.setFetchSize(Integer.MIN_VALUE);
        return statement;
    }

    private void query(long position, String info) {
        String database = null;
        String sql = info;
        if (info.startsWith(USE)) {
            int end = info.indexOf("`; ");
            if (end > 0) {
                database = info.substring(USE.length(), end).replace("``", "`");
                sql = info.substring(end + 3);
            }
        }
        DdlStatement statement = DdlStatement.of(sql, database);
        if (statement.kind() == DdlStatement.Kind.OTHER
                || statement.temporary()
                || statement.kind() == DdlStatement.Kind.TRUNCATE) {
            return;
        }
        String current = gtid;
        if (current != null && isDone(current)) {
            return;
        }
        for (TableId table : captured) {
            if (statement.concerns(table)) {
                last.put(table, position);
            }
        }
    }

    private boolean isDone(String gtids) {
        MySqlGtidSet read = done;
        return read != null && (gtids.isEmpty() || new MySqlGtidSet(gtids).isContainedWithin(read));
    }
}
