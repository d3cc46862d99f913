package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Column;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.jdbc.CloseNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a table can be captured: it is there, may be read, and a delete says which document is meant. */
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

    private static final String UNIQUE_INDEXES = """
            SELECT array_agg(a.attname::text) FROM pg_index i
            JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON k.place <= i.indnkeyatts
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE i.indrelid = ? AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indisvalid
            GROUP BY i.indexrelid
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

    /** One check that the table can be read, one that its rows can be told apart; one more for what should be known. */
    List<Check> run() throws SQLException {
        PostgresCatalog catalog = new PostgresCatalog(connection);
        Long oid = catalog.oid(table.id());
        if (oid == null) {
            return List.of(
                    Check.refused(subject, "does not exist", CloseNames.hint(connection, CLOSE_NAMES, table.id())));
        }
        Check readable = readable(oid);
        if (readable.outcome() == Check.Outcome.REFUSED) {
            return List.of(readable);
        }
        List<Column> columns = catalog.columns(oid).stream()
                .map(PostgresCatalog.CatalogColumn::column)
                .toList();
        List<Check> checks = new ArrayList<>();
        checks.add(readable);
        TableTraits traits = catalog.traits(oid);
        if (table.isDependency()) {
            checks.add(told(traits, columns));
            return checks;
        }
        checks.add(key(catalog, oid, columns));
        if (!table.told().isEmpty()) {
            checks.add(told(traits, columns));
        }
        if (!traits.generated().isEmpty()) {
            checks.add(
                    Check.warning(
                            subject,
                            "generated columns are left out: " + String.join(", ", traits.generated()),
                            "Postgres does not write them to its log; fill ordinary columns instead where the documents need them"));
        }
        return checks;
    }

    /** Who has to be granted something, as SQL spells it. */
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
                    return Check.refused(
                            subject, "is " + kindName(kind), "only tables and partitioned tables have changes");
                }
                if (!facts.getString(2).equals("p")) {
                    return Check.refused(
                            subject,
                            "is unlogged or temporary",
                            "ALTER TABLE " + name + " SET LOGGED: only logged tables are replicated");
                }
                if (!facts.getBoolean(4)) {
                    return Check.refused(
                            subject,
                            "the user may not use schema " + table.id().schema(),
                            "GRANT USAGE ON SCHEMA "
                                    + Database.quoted(table.id().schema()) + " TO " + user());
                }
                return facts.getBoolean(3)
                        ? Check.ok(subject, "exists and may be read")
                        : Check.refused(subject, "may not be read", "GRANT SELECT ON " + name + " TO " + user());
            }
        }
    }

    private Check key(PostgresCatalog catalog, long oid, List<Column> columns) throws SQLException {
        String keySubject = "key of " + table.id();
        List<String> primary = catalog.primaryKey(oid);
        List<String> key = table.key().isEmpty() ? primary : table.key();
        if (key.isEmpty()) {
            return Check.refused(
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
                return Check.refused(keySubject, "there is no column " + column, "its columns are " + names);
            }
            if (found.get().nullable()) {
                return Check.refused(
                        keySubject,
                        "column " + column + " may be NULL",
                        "ALTER TABLE " + name + " ALTER COLUMN " + Database.quoted(column) + " SET NOT NULL");
            }
        }
        TableTraits identity = catalog.traits(oid);
        List<String> unsent = key.stream().filter(c -> !identity.sends(c)).toList();
        if (!unsent.isEmpty()) {
            return Check.refused(
                    keySubject,
                    "a DELETE would not tell column " + String.join(", ", unsent) + " of the document's id",
                    "ALTER TABLE " + name + " REPLICA IDENTITY FULL, or USING INDEX one that holds these columns");
        }
        if (primary.isEmpty() && !identity.full() && identity.identity().isEmpty()) {
            return Check.refused(
                    keySubject,
                    "updates and deletes have no identity",
                    "ALTER TABLE " + name + " REPLICA IDENTITY FULL");
        }
        if (!unique(oid, key)) {
            return Check.refused(
                    keySubject,
                    "nothing makes " + String.join(", ", key) + " unique: rows would share a document",
                    "CREATE UNIQUE INDEX ON " + name + " ("
                            + key.stream().map(Database::quoted).collect(Collectors.joining(", ")) + ")");
        }
        return Check.ok(keySubject, String.join(", ", key) + (identity.full() ? ", replica identity full" : ""));
    }

    /** Whether a change tells the columns that are asked of it, also those of the row before. */
    private Check told(TableTraits identity, List<Column> columns) {
        String toldSubject = "what changes of " + table.id() + " tell";
        List<String> names = columns.stream().map(Column::name).toList();
        List<String> missing =
                table.told().stream().filter(c -> !names.contains(c)).toList();
        if (table.isDependency() && !missing.isEmpty()) { // those of an expression are told with their place in it
            return Check.refused(
                    toldSubject,
                    "there is no column " + String.join(", ", missing) + ", which 'dependsOn' names",
                    "its columns are " + String.join(", ", names));
        }
        List<String> unsent = table.told().stream()
                .filter(c -> names.contains(c) && !identity.sends(c))
                .toList();
        return unsent.isEmpty()
                ? Check.ok(toldSubject, String.join(", ", table.told()) + ", before and after")
                : Check.refused(
                        toldSubject,
                        "a DELETE, or an UPDATE of it, would not tell what " + String.join(", ", unsent)
                                + " was before, by which "
                                + (table.isDependency() ? "documents depend on the table" : "a row has its collection"),
                        "ALTER TABLE " + name + " REPLICA IDENTITY FULL, or USING INDEX one that holds these columns");
    }

    /** Whether a unique index has no column beyond the key's. */
    private boolean unique(long oid, List<String> key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_INDEXES)) {
            statement.setLong(1, oid);
            try (ResultSet indexes = statement.executeQuery()) {
                while (indexes.next()) {
                    if (Set.copyOf(key)
                            .containsAll(List.of((Object[]) indexes.getArray(1).getArray()))) {
                        return true;
                    }
                }
            }
        }
        return false;
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
