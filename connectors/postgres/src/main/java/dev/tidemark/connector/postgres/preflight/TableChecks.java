package dev.tidemark.connector.postgres.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.base.text.CloseNames;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.postgres.catalog.IdentityChecks;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import dev.tidemark.connector.postgres.catalog.RowIdentities;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that a table can be captured: it exists, may be read, and a delete shows which document is meant. */
final class TableChecks {

    private static final String FACTS = """
            SELECT relkind, relpersistence, has_table_privilege(oid, 'SELECT'),
                   has_schema_privilege(relnamespace, 'USAGE')
            FROM pg_class WHERE oid = ?
            """;

    /** The nearest names without fuzzystrmatch: the same name elsewhere or in other case, or sharing its beginning. */
    private static final String CLOSE_NAMES = """
            SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
              AND (lower(c.relname) = lower(?) OR lower(left(c.relname, 3)) = lower(left(?, 3)))
            ORDER BY lower(c.relname) <> lower(?), n.nspname <> ?, abs(length(c.relname) - length(?)) LIMIT 3
            """;

    private final Connection connection;
    private final Table table;
    private final String subject;
    private final String name;

    TableChecks(Connection connection, Table table) {
        this.connection = connection;
        this.table = table;
        this.subject = "table " + table.id();
        this.name = Database.quoted(table.id().schema()) + "."
                + Database.quoted(table.id().table());
    }

    /**
     * Returns one check that the table can be read, one that its rows can be distinguished; one more for what should be known.
     */
    List<Check> run() throws SQLException {
        PostgresCatalog catalog = new PostgresCatalog(connection);
        Long oid = catalog.oid(table.id());
        if (oid == null) {
            return List.of(
                    Check.failed(subject, "does not exist", CloseNames.hint(connection, CLOSE_NAMES, table.id())));
        }
        Check readable = readable(oid);
        if (readable.outcome() == Check.Outcome.FAILED) {
            return List.of(readable);
        }
        List<Column> columns = catalog.columns(oid).stream()
                .map(PostgresCatalog.CatalogColumn::column)
                .toList();
        List<Check> checks = new ArrayList<>();
        checks.add(readable);
        sameButForCase(columns).ifPresent(checks::add);
        IdentityChecks identities = new IdentityChecks(
                table.id(), RowIdentities.of(connection, List.of(table.id())).getOrDefault(table.id(), List.of()));
        identities.inherited().ifPresent(checks::add);
        if (table.isDependency()) {
            checks.add(loggedColumns(identities, columns));
            return checks;
        }
        checks.add(key(catalog, oid, columns, identities));
        if (!table.logged().isEmpty()) {
            checks.add(loggedColumns(identities, columns));
        }
        Set<String> generated = catalog.traits(table.id(), oid).generated();
        if (!generated.isEmpty()) {
            checks.add(
                    Check.warning(
                            subject,
                            "generated columns are left out: " + String.join(", ", generated),
                            "Postgres does not write them to its log; fill ordinary columns instead where the documents need them"));
        }
        return checks;
    }

    /** Finds columns whose names differ only in case: Debezium's tables ignore the case, so that it fails at the first row. */
    private Optional<Check> sameButForCase(List<Column> columns) {
        Map<String, String> known = new HashMap<>();
        for (Column column : columns) {
            String other = known.put(column.name().toLowerCase(Locale.ROOT), column.name());
            if (other != null) {
                return Optional.of(Check.failed(
                        subject,
                        "columns " + other + " and " + column.name()
                                + " differ only in case, which Debezium cannot follow",
                        "ALTER TABLE " + name + " RENAME COLUMN " + Database.quoted(column.name())
                                + " TO another name"));
            }
        }
        return Optional.empty();
    }

    /** Returns the user to whom something has to be granted, as SQL spells it. */
    private String user() throws SQLException {
        return Database.quoted(connection.getMetaData().getUserName());
    }

    private Check readable(long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FACTS)) {
            statement.setLong(1, oid);
            try (ResultSet facts = statement.executeQuery()) {
                facts.next();
                String kind = facts.getString(1);
                if (!kind.equals("r") && !kind.equals("p")) {
                    return Check.failed(
                            subject, "is " + kindName(kind), "only tables and partitioned tables have changes");
                }
                if (!facts.getString(2).equals("p")) {
                    return Check.failed(
                            subject,
                            "is unlogged or temporary",
                            "ALTER TABLE " + name + " SET LOGGED: only logged tables are replicated");
                }
                if (!facts.getBoolean(4)) {
                    return Check.failed(
                            subject,
                            "the user is not permitted to use schema "
                                    + table.id().schema(),
                            "GRANT USAGE ON SCHEMA "
                                    + Database.quoted(table.id().schema()) + " TO " + user());
                }
                return facts.getBoolean(3)
                        ? Check.ok(subject, "exists and may be read")
                        : Check.failed(subject, "is not readable", "GRANT SELECT ON " + name + " TO " + user());
            }
        }
    }

    private Check key(PostgresCatalog catalog, long oid, List<Column> columns, IdentityChecks identities)
            throws SQLException {
        String keySubject = "key of " + table.id();
        List<String> primary = catalog.primaryKey(oid);
        List<String> key = table.key().isEmpty() ? primary : table.key();
        if (key.isEmpty()) {
            return Check.failed(
                    keySubject,
                    "the table has no primary key",
                    "add one; or name the columns of a unique index as 'id' and ALTER TABLE " + name
                            + " REPLICA IDENTITY FULL");
        }
        for (String column : key) {
            Optional<Column> found =
                    columns.stream().filter(c -> c.name().equals(column)).findFirst();
            if (found.isEmpty()) {
                String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
                return Check.failed(keySubject, "there is no column " + column, "its columns are " + names);
            }
            if (found.get().nullable()) {
                return Check.failed(
                        keySubject,
                        "column " + column + " may be NULL",
                        "ALTER TABLE " + name + " ALTER COLUMN " + Database.quoted(column) + " SET NOT NULL");
            }
        }
        Optional<Check> unidentified = identities.unidentified();
        if (unidentified.isPresent()) {
            return unidentified.get();
        }
        Optional<Check> unsent =
                identities.unsent(keySubject, key, "a DELETE would not contain column %s of the document's id");
        if (unsent.isPresent()) {
            return unsent.get();
        }
        if (!catalog.unique(oid, key, false)) {
            return Check.failed(
                    keySubject,
                    "nothing makes " + String.join(", ", key) + " unique: rows would share a document",
                    "CREATE UNIQUE INDEX ON " + name + " ("
                            + key.stream().map(Database::quoted).collect(Collectors.joining(", ")) + ")");
        }
        boolean full = catalog.traits(table.id(), oid).full();
        return Check.ok(keySubject, String.join(", ", key) + (full ? ", replica identity full" : ""));
    }

    /** Checks that a change contains the columns that are required of it, also those of the row before. */
    private Check loggedColumns(IdentityChecks identities, List<Column> columns) {
        String loggedSubject = "columns in changes of " + table.id();
        List<String> names = columns.stream().map(Column::name).toList();
        List<String> missing =
                table.logged().stream().filter(c -> !names.contains(c)).toList();
        if (table.isDependency() && !missing.isEmpty()) { // those of an expression are reported with their place in it
            return Check.failed(
                    loggedSubject,
                    "there is no column " + String.join(", ", missing) + ", which 'dependsOn' names",
                    "its columns are " + String.join(", ", names));
        }
        List<String> wanted = table.logged().stream().filter(names::contains).toList();
        return identities
                .unidentified()
                .or(() -> identities.unsent(
                        loggedSubject,
                        wanted,
                        "a DELETE, or an UPDATE of it, would not contain the previous value of %s, by which "
                                + (table.isDependency()
                                        ? "documents depend on the table"
                                        : "a row has its collection")))
                .orElseGet(() -> Check.ok(loggedSubject, String.join(", ", table.logged()) + ", before and after"));
    }

    private static String kindName(String kind) {
        return switch (kind) {
            case "v" -> "a view";
            case "m" -> "a materialized view";
            case "f" -> "a foreign table";
            case "S" -> "a sequence";
            case "i", "I" -> "an index";
            default -> "not a table";
        };
    }
}
