package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceStatus;
import java.util.List;
import java.util.Map;

/**
 * The server, seen from outside the engine: whether it answers, and whether somebody has changed how it writes its binlog,
 * which the engine would not notice. The binlog itself is kept by the server while it is being read; whether it still
 * holds a stored position is asked before each start.
 */
final class BinlogHealth {

    private final Database database;

    BinlogHealth(Database database) {
        this.database = database;
    }

    /** Never throws: a server that is away is a problem in the answer. */
    SourceStatus status() {
        try {
            List<Check> problems = database.ask(connection -> new ServerChecks(Variables.read(connection))
                    .binlog().stream()
                            .filter(check -> check.outcome() != Check.Outcome.OK)
                            .toList());
            return new SourceStatus(problems, Map.of());
        } catch (SourceException e) {
            return new SourceStatus(List.of(MySqlErrors.check("database", e)), Map.of());
        }
    }
}
