package dev.tidemark.connector.postgres.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that the publication holds the tables and all their kinds of changes, or can be made to. */
public final class PublicationChecks {

    private static final String FACTS = """
            SELECT puballtables, pubinsert AND pubupdate AND pubdelete AND pubtruncate, pubviaroot,
                   pg_has_role(current_user, pubowner, 'USAGE')
            FROM pg_publication WHERE pubname = ?
            """;

    private static final String TABLES =
            "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = ?";

    /** A generated column is not in the log of any table. */
    private static final String PARTLY = """
            SELECT p.schemaname || '.' || p.tablename FROM pg_publication_tables p
            JOIN pg_namespace n ON n.nspname = p.schemaname
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
            WHERE p.pubname = ? AND (p.rowfilter IS NOT NULL OR EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND a.attgenerated = '' AND a.attname <> ALL (p.attnames)))
            """;

    /** The first version of Postgres whose publications may leave out rows and columns of a table. */
    private static final int PARTS_SINCE = 15;

    /** Existing publication, one row of {@link #FACTS}. */
    private record Publication(boolean allTables, boolean allChanges, boolean viaRoot, boolean owned) {

        static Publication of(ResultSet row) throws SQLException {
            return new Publication(row.getBoolean(1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(4));
        }
    }

    private final Connection connection;
    private final String publication;
    private final List<Table> tables;
    private final String subject;

    public PublicationChecks(Connection connection, String publication, List<Table> tables) {
        this.connection = connection;
        this.publication = publication;
        this.tables = tables;
        this.subject = "publication " + publication;
    }

    List<Check> run() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FACTS)) {
            statement.setString(1, publication);
            try (ResultSet facts = statement.executeQuery()) {
                return List.of(facts.next() ? existing(Publication.of(facts)) : creatable());
            }
        }
    }

    /**
     * Returns what the publication lacks: captured tables (all of them if it does not exist), some of their rows or columns, or
     * kinds of changes; empty if it lacks nothing.
     */
    public Optional<Check> gap() throws SQLException {
        Set<String> published = published();
        String missing =
                names().stream().filter(table -> !published.contains(table)).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            return Optional.of(missed("does not publish " + missing + ": changes of it are missed"));
        }
        String partly = String.join(", ", partlyPublished());
        if (!partly.isEmpty()) {
            return Optional.of(
                    missed("has a row filter or a column list for " + partly + ": what it leaves out is missed"));
        }
        return publishesAllChanges()
                ? Optional.empty()
                : Optional.of(missed("does not publish every kind of change: the others are missed"));
    }

    private boolean publishesAllChanges() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FACTS)) {
            statement.setString(1, publication);
            try (ResultSet facts = statement.executeQuery()) {
                return facts.next() && Publication.of(facts).allChanges();
            }
        }
    }

    private Check missed(String what) throws SQLException {
        return Check.lost(Loss.GAP, subject, "publication " + publication + " " + what, repair());
    }

    /** Returns what closes a gap: nothing has to be done if the service may put the tables back itself. */
    private String repair() throws SQLException {
        Check atTheStart = run().get(0);
        return atTheStart.outcome() == Check.Outcome.FAILED
                ? atTheStart.hint() + "; then " + PostgresErrors.RECOVER
                : PostgresErrors.RECOVER;
    }

    private Check existing(Publication found) throws SQLException {
        if (found.allTables()) {
            return Check.failed(
                    subject,
                    "is FOR ALL TABLES, which Debezium does not take where tables are chosen",
                    "configure another 'publication', or drop this one");
        }
        if (!found.allChanges()) {
            return Check.failed(
                    subject,
                    "does not publish every kind of change",
                    "ALTER PUBLICATION " + Database.quoted(publication)
                            + " SET (publish = 'insert, update, delete, truncate')");
        }
        if (!found.viaRoot() && anyPartitioned()) {
            return Check.failed(
                    subject,
                    "publishes changes of partitions under the partitions' names",
                    "ALTER PUBLICATION " + Database.quoted(publication) + " SET (publish_via_partition_root = true)");
        }
        Set<String> published = published();
        List<String> wanted = names();
        List<String> missing =
                wanted.stream().filter(t -> !published.contains(t)).toList();
        List<String> others =
                published.stream().filter(t -> !wanted.contains(t)).sorted().toList();
        if (!others.isEmpty()) {
            // Debezium would remove them when it starts, but another consumer may need them.
            return Check.failed(
                    subject,
                    "publishes other tables too: " + String.join(", ", others),
                    "configure a 'publication' of its own, or take them out: ALTER PUBLICATION "
                            + Database.quoted(publication) + " SET TABLE " + sqlNames(wanted));
        }
        List<String> partly = partlyPublished();
        if (!partly.isEmpty()) {
            // A row that is filtered out would keep its last document, and a column that is left out would look like
            // one that was dropped.
            return Check.failed(
                    subject,
                    "has a row filter or a column list for " + String.join(", ", partly),
                    "publish those tables in full, and choose rows and columns by 'where' and 'fields': ALTER PUBLICATION "
                            + Database.quoted(publication) + " SET TABLE " + sqlNames(wanted));
        }
        if (missing.isEmpty()) {
            return Check.ok(subject, "publishes all captured tables");
        }
        // Debezium sets the tables of a filtered publication at every start, which takes its owner.
        List<String> foreign = notOwned();
        if (found.owned() && foreign.isEmpty()) {
            return Check.ok(subject, "will be extended by " + String.join(", ", missing));
        }
        return Check.failed(
                subject,
                "does not publish " + String.join(", ", missing),
                "ALTER PUBLICATION " + Database.quoted(publication) + " ADD TABLE " + sqlNames(missing));
    }

    private Check creatable() throws SQLException {
        List<String> foreign = notOwned();
        boolean may = flag("SELECT has_database_privilege(current_database(), 'CREATE')");
        if (may && foreign.isEmpty()) {
            return Check.ok(subject, "will be created");
        }
        List<String> all = names();
        return Check.failed(
                subject,
                "does not exist, and the user is not permitted to create it: "
                        + (may ? "it does not own " + String.join(", ", foreign) : "it has no CREATE on the database"),
                "as an owner: CREATE PUBLICATION " + Database.quoted(publication) + " FOR TABLE " + sqlNames(all)
                        + " WITH (publish_via_partition_root = true)");
    }

    private Set<String> published() throws SQLException {
        return new HashSet<>(ofPublication(TABLES));
    }

    /** Returns the captured tables of which the publication leaves out rows or columns. */
    private List<String> partlyPublished() throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < PARTS_SINCE) {
            return List.of();
        }
        List<String> wanted = names();
        return ofPublication(PARTLY).stream().filter(wanted::contains).sorted().toList();
    }

    private List<String> ofPublication(String sql) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, publication);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
        }
        return tables;
    }

    private List<String> notOwned() throws SQLException {
        return tablesWhere("NOT pg_has_role(current_user, c.relowner, 'USAGE')");
    }

    private boolean anyPartitioned() throws SQLException {
        return !tablesWhere("c.relkind = 'p'").isEmpty();
    }

    private List<String> tablesWhere(String condition) throws SQLException {
        String sql = "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relname = ? AND " + condition;
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Table table : tables) {
                statement.setString(1, table.id().schema());
                statement.setString(2, table.id().table());
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        found.add(table.id().toString());
                    }
                }
            }
        }
        return found;
    }

    private boolean flag(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private String sqlNames(List<String> names) {
        return tables.stream()
                .map(Table::id)
                .distinct()
                .filter(t -> names.contains(t.toString()))
                .map(t -> Database.quoted(t.schema()) + "." + Database.quoted(t.table()))
                .collect(Collectors.joining(", "));
    }

    /** Returns the names of the captured tables, each once: one may be the root of a document and a part of others. */
    private List<String> names() {
        return tables.stream().map(t -> t.id().toString()).distinct().toList();
    }
}
