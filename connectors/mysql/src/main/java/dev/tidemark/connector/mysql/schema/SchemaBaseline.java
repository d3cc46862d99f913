package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.Variables;
import dev.tidemark.connector.mysql.ddl.DdlParser;
import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.LogEnd;
import dev.tidemark.connector.mysql.log.VisibleTransactions;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.antlr.MySqlPtAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.document.DocumentWriter;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import io.debezium.relational.history.HistoryRecord;
import io.debezium.relational.history.TableChanges;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * First records of a schema history: all tables of the captured databases, as the server has them at a position of the log. They are on
 * disk before the position is stored, so an engine decodes every row behind it with the columns that the row was written with, also after a
 * {@code kill -9}. Takes no lock. One thread.
 * Upholds invariant 4.
 */
public final class SchemaBaseline {

    /** Max number of positions that are tried, one after the other, while statements change the captured tables. */
    private static final int ATTEMPTS = 10;

    private static final String TABLES =
            "SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'";

    private static final String DATABASE_CHARSET = "SELECT default_character_set_name, default_collation_name"
            + " FROM information_schema.schemata WHERE schema_name = ?";

    private final SourceSettings settings;
    private final SchemaHistoryFile history;
    private final SchemaCheck schemas;
    private final DocumentWriter writer = DocumentWriter.defaultWriter();

    /**
     * @param history replaced by {@link #fix} and {@link #record}
     * @param schemas finds statements that change a captured table
     */
    public SchemaBaseline(SourceSettings settings, SchemaHistoryFile history, SchemaCheck schemas) {
        this.settings = settings;
        this.history = history;
        this.schemas = schemas;
    }

    /**
     * Reads the end of the log, and records the tables as they are there. If the log then has a statement behind that end that changes a
     * captured table, the tables may be those from before or after it, and another end is tried.
     *
     * @return the end of the log; what was committed before it is visible to other sessions, or is missing in its GTIDs
     * @throws SourceException if statements keep changing a table, or the history cannot be written
     */
    public LogEnd fix(Connection connection) throws SQLException, InterruptedException {
        Optional<TableId> changed = Optional.empty();
        for (int i = 0; i < ATTEMPTS; i++) {
            LogEnd end = LogEnd.read(connection);
            if (end.gtids().isEmpty() || !Variables.read(connection).is("gtid_mode", "ON", "OFF")) {
                new VisibleTransactions(connection).awaitLogged();
            }
            record(connection, end.offset());
            changed = schemas.changedBehind(end);
            if (changed.isEmpty()) {
                return end;
            }
        }
        throw SourceException.retryable(
                "statements change " + changed.orElseThrow()
                        + " again and again: its columns at one position of the binlog cannot be read",
                "Nothing has to be done: another position is tried automatically.");
    }

    /**
     * Replaces the history by the tables as they are now.
     *
     * @param offset from which an engine will resume with them
     */
    public void record(Connection connection, Map<String, ?> offset) throws SQLException {
        List<HistoryRecord> records = new ArrayList<>();
        records.add(record(at(offset), "", serverCharset(connection), null));
        records.addAll(databases(connection, offset, settings.tables().stream().map(SourceSettings.Table::id)));
        List<String> lines = records.stream().map(this::write).toList();
        replace(lines::forEach);
    }

    /**
     * Adds all tables of the databases of these tables to the history, as they are now; what it contains stays. All or nothing is durable.
     *
     * @param offset from which an engine will resume with them
     */
    public void add(Connection connection, Map<String, ?> offset, Collection<TableId> joined) throws SQLException {
        List<String> lines = databases(connection, offset, joined.stream()).stream()
                .map(this::write)
                .toList();
        replace(out -> {
            history.forEach(out);
            lines.forEach(out);
        });
    }

    /** Returns the position of records that are in force at the offset itself, see HistoryOrder. */
    private static Map<String, Object> at(Map<String, ?> offset) {
        Map<String, Object> position = new HashMap<>(offset);
        position.put(BinlogOffsets.SNAPSHOT, "INITIAL");
        return position;
    }

    private List<HistoryRecord> databases(Connection connection, Map<String, ?> offset, Stream<TableId> of)
            throws SQLException {
        Map<String, Object> position = at(offset);
        List<HistoryRecord> records = new ArrayList<>();
        for (String database : of.map(TableId::schema).distinct().toList()) {
            databaseCharset(connection, database)
                    .ifPresent(statement -> records.add(record(position, database, statement, null)));
            Tables tables = tables(connection, database);
            for (io.debezium.relational.TableId id : tables.tableIds()) {
                records.add(record(position, database, null, new TableChanges().create(tables.forTable(id))));
            }
        }
        return records;
    }

    private void replace(SchemaHistoryFile.Records records) {
        try {
            history.replace(records);
        } catch (IOException e) {
            throw SourceException.retryable(
                    "the schema history " + history.path() + " cannot be written: " + e.getMessage(),
                    "Correct the state directory " + settings.state() + ".",
                    e);
        }
    }

    private HistoryRecord record(
            Map<String, Object> position, String database, @Nullable String statement, @Nullable TableChanges changes) {
        return new HistoryRecord(
                Map.of("server", settings.pipeline()), position, database, null, statement, changes, Instant.now());
    }

    private String write(HistoryRecord record) {
        try {
            return writer.write(record.document());
        } catch (IOException e) {
            throw new IllegalStateException("a record cannot be written as JSON", e);
        }
    }

    /** Returns the statement after which a database is created in the server's character set. */
    private static String serverCharset(Connection connection) throws SQLException {
        Variables variables = Variables.read(connection);
        return "SET character_set_server=" + variables.get("character_set_server", "utf8mb4") + ", collation_server="
                + variables.get("collation_server", "utf8mb4_0900_ai_ci") + ";";
    }

    /** Returns the statement after which a table is created in the database's character set; empty if the database does not exist. */
    private static Optional<String> databaseCharset(Connection connection, String database) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DATABASE_CHARSET)) {
            statement.setString(1, database);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of("CREATE DATABASE " + Database.quoted(database) + " CHARSET " + row.getString(1)
                                + " COLLATE " + row.getString(2))
                        : Optional.empty();
            }
        }
    }

    private Tables tables(Connection connection, String database) throws SQLException {
        DdlParser.load();
        MySqlCharsetRegistry charsets = new MySqlCharsetRegistry();
        TableFilter all = TableFilter.includeAll();
        TolerantDdlParser parser = new TolerantDdlParser(
                List.of(
                        new MySqlAntlrDdlParser(true, false, false, all, charsets),
                        new MySqlPtAntlrDdlParser(true, false, false, all, charsets)),
                settings.pipeline());
        Tables tables = new Tables();
        for (String table : names(connection, database)) {
            ServerTable.read(connection, new TableId(database, table))
                    .ifPresent(statement -> parser.parse(statement, tables));
        }
        return tables;
    }

    private static List<String> names(Connection connection, String database) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setString(1, database);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }
}
