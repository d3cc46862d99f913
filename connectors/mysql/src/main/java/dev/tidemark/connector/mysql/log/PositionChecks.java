package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.mysql.connection.MySqlErrors;
import dev.tidemark.connector.mysql.connection.Retention;
import dev.tidemark.connector.mysql.connection.Variables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks that the server still holds what comes after the stored position. */
public final class PositionChecks {

    private static final String SUBJECT = "position";
    private static final String KNOWN_AND_HELD =
            "SELECT GTID_SUBSET(?, @@GLOBAL.gtid_executed), GTID_SUBSET(@@GLOBAL.gtid_purged, ?)";

    private final Connection connection;
    private final Variables variables;
    private final Clock clock;

    public PositionChecks(Connection connection, Variables variables, Clock clock) {
        this.connection = connection;
        this.variables = variables;
        this.clock = clock;
    }

    /** Needs REPLICATION CLIENT and a binlog that is on. */
    public Check run(@Nullable Map<String, ?> storedOffset, SnapshotMode mode) throws SQLException {
        if (storedOffset == null) {
            return Check.ok(
                    SUBJECT,
                    mode == SnapshotMode.NEVER
                            ? "none is stored: changes are taken up from now on"
                            : "none is stored: the tables are read first");
        }
        Optional<Check> lost = lost(storedOffset);
        return lost.isPresent() ? lost.get() : age(storedOffset);
    }

    private Optional<Check> lost(Map<String, ?> offset) throws SQLException {
        String gtids = offset.get(BinlogOffsets.GTIDS) instanceof String text ? text : null;
        boolean byGtid = gtids != null && variables.is("gtid_mode", "ON", "OFF");
        if (gtids != null && (byGtid || !gtids.isBlank())) {
            Optional<Check> lost = lost(gtids);
            if (lost.isPresent()) {
                return lost;
            }
        }
        return byGtid ? Optional.empty() : lostFile(offset);
    }

    private Optional<Check> lost(String gtids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KNOWN_AND_HELD)) {
            statement.setString(1, gtids);
            statement.setString(2, gtids);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return Optional.of(unknown(gtids));
                }
                if (!row.getBoolean(2)) {
                    return Optional.of(Check.lost(
                            Loss.GAP,
                            SUBJECT,
                            "the server has purged transactions that were not taken up yet (stored GTIDs: " + gtids
                                    + ", purged: " + variables.get("gtid_purged", "") + ")",
                            MySqlErrors.RECOVER + "; to keep more of the binlog: "
                                    + variables.provider().retentionHint()));
                }
                return Optional.empty();
            }
        }
    }

    private Check unknown(String gtids) throws SQLException {
        String stored = " (stored GTIDs: " + gtids + ")";
        return Replication.isRunning(connection)
                ? Check.unreachable(
                        SUBJECT,
                        "the server has not executed all transactions yet that were taken up already" + stored,
                        "wait until it has replicated them")
                : Check.failed(
                        SUBJECT,
                        "the server does not know transactions that were taken up already: it is another one, or was"
                                + " restored from a backup" + stored,
                        MySqlErrors.RELOAD);
    }

    private Optional<Check> lostFile(Map<String, ?> offset) throws SQLException {
        String file = String.valueOf(offset.get(BinlogOffsets.FILE));
        long place = offset.get(BinlogOffsets.PLACE) instanceof Number number ? number.longValue() : 0;
        BinlogFiles files = BinlogFiles.read(connection);
        Long size = files.size(file);
        if (size == null) {
            return Optional.of(Check.lost(
                    Loss.GAP,
                    SUBJECT,
                    "the server no longer has the binlog file " + file + " of the stored position (its oldest is "
                            + files.oldest() + ")",
                    MySqlErrors.RECOVER + "; to keep more of the binlog: "
                            + variables.provider().retentionHint()));
        }
        if (place > size) {
            return Optional.of(Check.failed(
                    SUBJECT,
                    "the stored position " + place + " is beyond the end of " + file + " (" + size
                            + " bytes): the server is another one, or lost the end of its binlog",
                    MySqlErrors.RELOAD));
        }
        return Optional.empty();
    }

    private Check age(Map<String, ?> offset) {
        String place = offset.get(BinlogOffsets.FILE) + ", position " + offset.get(BinlogOffsets.PLACE);
        if (variables.retention() instanceof Retention.Kept limit
                && offset.get(BinlogOffsets.SECONDS) instanceof Number seconds
                && seconds.longValue() > 0) {
            Duration kept = limit.duration();
            Duration age = Duration.between(Instant.ofEpochSecond(seconds.longValue()), clock.instant());
            if (age.compareTo(kept.dividedBy(2)) > 0) {
                return Check.warning(
                        SUBJECT,
                        place + " is " + Variables.text(age) + " old, and the server keeps its binlog for "
                                + Variables.text(kept),
                        "let the service catch up before then, or: "
                                + variables.provider().retentionHint());
            }
        }
        return Check.ok(SUBJECT, place + " is still held");
    }
}
