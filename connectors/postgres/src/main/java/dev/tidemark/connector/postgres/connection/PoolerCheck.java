package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.Check;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** Check for a pooler that answers in place of the server: it gives clients process ids of its own. */
public final class PoolerCheck {

    private static final Pattern REJECTION = Pattern.compile(
            "unsupported startup parameter|doesn't support command-line options|startup (?:option|parameter)s? .*not (?:supported|allowed)",
            Pattern.CASE_INSENSITIVE);

    private PoolerCheck() {}

    /** Returns what is wrong with the way to the server, if there is a pooler on it. */
    public static Optional<Check> run(Connection connection, Database database, Provider provider) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
            row.next();
            if (row.getInt(1) == connection.unwrap(PGConnection.class).getBackendPID()) {
                return Optional.empty();
            }
        }
        String found = database + " is reached through a connection pooler";
        try (Connection replication = database.openReplication()) {
            boolean open = !replication.isClosed();
            return provider.alwaysProxies()
                    ? Optional.empty()
                    : Optional.of(Check.warning(
                            "pooler", found + (open ? ", which lets replication through" : ""), provider.directHint()));
        } catch (SQLException e) {
            return Optional.of(Check.failed(
                    "pooler",
                    found + ", which does not let replication through: " + e.getMessage(),
                    provider.directHint()));
        }
    }

    /** Returns whether the text is that of a pooler which does not take what a session starts with. */
    static boolean isRejection(String text) {
        return REJECTION.matcher(text).find();
    }
}
