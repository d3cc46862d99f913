package dev.tidemark.connector.postgres.read;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The policies under which Debezium's snapshot reads tables that have nothing but policies that let every row through. Its sessions leave
 * out what policies hide, so the snapshot counts only if no captured table's policies were changed from before it to after its last row.
 */
public final class SnapshotPolicies {

    private final Database database;
    private final RowSecurity security;
    private final List<Policies> before;

    private SnapshotPolicies(Database database, RowSecurity security, List<Policies> before) {
        this.database = database;
        this.security = security;
        this.before = before;
    }

    /**
     * Returns the policies now; null if no table needs them on, so that the server itself fails a snapshot that could miss rows.
     *
     * @throws SourceException if they hide rows, or the database cannot be queried
     */
    public static @Nullable SnapshotPolicies now(Database database, RowSecurity security) {
        List<Policies> captured = database.ask(security::captured);
        List<Policies> hiding = captured.stream().filter(Policies::hide).toList();
        if (!hiding.isEmpty()) {
            throw HiddenRows.failure(hiding, null);
        }
        return captured.stream().anyMatch(Policies::letAllThrough)
                ? new SnapshotPolicies(database, security, captured)
                : null;
    }

    /** Returns a decoder that passes on the end of the snapshot only if it read every row. */
    public ChangeDecoder proving(ChangeDecoder decoder) {
        return new ChangeDecoder() {
            @Override
            public void decode(SourceRecord record, Consumer<ChangeEvent> out) {
                decoder.decode(record, event -> {
                    if (event.change() instanceof Change.SnapshotCompleted) {
                        database.ask(SnapshotPolicies.this::prove);
                    }
                    out.accept(event);
                });
            }
        };
    }

    private boolean prove(Connection connection) throws SQLException {
        if (security.captured(connection).equals(before)) {
            return true;
        }
        throw SourceException.retryable(
                "row-level security of a captured table was changed while a snapshot read it: rows may be missing from it",
                "nothing has to be done: the snapshot begins again");
    }
}
