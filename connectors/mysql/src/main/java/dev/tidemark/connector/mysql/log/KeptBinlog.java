package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.BackupTime;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.Retention;
import dev.tidemark.connector.mysql.connection.Variables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Retention of the server's binlog. The server keeps it for a limited time, whether or not a client needs it: a backup can only
 * check whether its position still exists.
 */
public final class KeptBinlog implements LogRetention {

    private final Database database;
    private final Clock clock;

    public KeptBinlog(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<String> name(BackupTime time) {
        return Optional.empty();
    }

    @Override
    public void pin(String name) {
        throw notHere(name);
    }

    @Override
    public Check checkRetained(Map<String, ?> offset, @Nullable String kept) {
        return database.ask(connection -> held(connection, offset));
    }

    private Check held(Connection connection, Map<String, ?> offset) throws SQLException {
        Variables variables = Variables.read(connection);
        Check found = new PositionChecks(connection, variables, clock).run(offset, SnapshotMode.INITIAL);
        return found.outcome() == Check.Outcome.OK
                ? Check.ok(found.subject(), found.message() + "; " + until(variables.retention(), offset))
                : found;
    }

    private static String until(Retention retention, Map<String, ?> offset) {
        if (retention instanceof Retention.Unlimited) {
            return "the server removes none of its binlog automatically";
        }
        if (!(retention instanceof Retention.Kept limit)) {
            return "how long the server keeps its binlog is not known";
        }
        Duration kept = limit.duration();
        String words = "the server keeps its binlog for " + Variables.text(kept);
        return offset.get(BinlogOffsets.SECONDS) instanceof Number seconds && seconds.longValue() > 0
                ? words + ", this place until about "
                        + Instant.ofEpochSecond(seconds.longValue()).plus(kept).truncatedTo(ChronoUnit.MINUTES)
                : words;
    }

    /** Does nothing: the binlog can be read from any position that exists. */
    @Override
    public void rewindTo(@Nullable String kept) {}

    @Override
    public void release(String name) {
        throw notHere(name);
    }

    @Override
    public List<Pin> pins() {
        return List.of();
    }

    private static SourceException notHere(String name) {
        return SourceException.fatal("MySQL keeps nothing named " + name + " for a backup", "correct the name");
    }
}
