package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.MySqlErrors;
import dev.tidemark.connector.mysql.connection.Variables;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The server, seen from outside the engine: whether it answers, and whether its settings for writing the binlog were changed,
 * which the engine would not notice. The binlog itself is kept by the server while it is being read; whether it still holds a
 * stored position is checked before each start.
 */
public final class BinlogHealth {

    private final Database database;

    public BinlogHealth(Database database) {
        this.database = database;
    }

    /**
     * Returns what keeps the binlog from holding every change in full now.
     *
     * @throws SourceException if the database cannot be reached
     */
    public Optional<Check> gap() {
        return problems().stream()
                .findFirst()
                .map(check -> Check.lost(
                        Loss.GAP,
                        check.subject(),
                        check.words() + ": rows that change meanwhile may come in parts, or not at all",
                        check.hint() + "; then " + MySqlErrors.RECOVER));
    }

    private List<Check> problems() {
        return database.look(connection -> new ServerChecks(Variables.read(connection))
                .binlog().stream()
                        .filter(check -> check.outcome() != Check.Outcome.OK)
                        .toList());
    }

    /** Returns the status of the server. Never throws: an unreachable server is a problem in the answer. */
    public SourceStatus status() {
        try {
            return new SourceStatus(problems(), Map.of());
        } catch (SourceException e) {
            return new SourceStatus(List.of(MySqlErrors.check("database", e)), Map.of());
        }
    }
}
