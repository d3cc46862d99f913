package dev.tidemark.connector.mysql.log;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.Variables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The point at which an engine begins that reads the definitions of tables without a lock, and what these were right before. If
 * they are the same after the engine has read them, no statement changed them in between, and those that the log holds from there
 * on apply to them.
 * Upholds invariant 4.
 *
 * @param end the end of the log, read after the definitions
 * @param definitions the columns of all captured tables
 */
public record LoadBeginning(LogEnd end, Map<TableId, String> definitions) {

    /** Without GTIDs the log's end may be ahead of what other sessions see, by the time that a commit takes; see also {@code EngineProperties#locking}. */
    private static final long WITHOUT_PROOF_MILLIS = 2_000;

    private static final String COLUMNS = """
            SELECT c.TABLE_SCHEMA, c.TABLE_NAME, t.CREATE_TIME, c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE,
                   c.CHARACTER_SET_NAME, c.COLUMN_KEY, c.EXTRA
              FROM information_schema.COLUMNS c
              JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
             WHERE t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_SCHEMA IN (DATABASES)
             ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION
            """;

    public static LoadBeginning read(Connection connection, SourceSettings settings) throws SQLException {
        Map<TableId, String> definitions = definitions(connection, settings);
        LogEnd end = LogEnd.read(connection);
        boolean named = Variables.read(connection).is("gtid_mode", "ON", "OFF");
        if (!named || end.gtids().isEmpty()) {
            awaitVisible();
        }
        return new LoadBeginning(end, definitions);
    }

    private static void awaitVisible() {
        try {
            TimeUnit.MILLISECONDS.sleep(WITHOUT_PROOF_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SourceException.retryable("interrupted before the initial load began", "", e);
        }
    }

    private static Map<TableId, String> definitions(Connection connection, SourceSettings settings)
            throws SQLException {
        List<String> databases = settings.tables().stream()
                .map(table -> table.id().schema())
                .distinct()
                .toList();
        Set<TableId> captured =
                settings.tables().stream().map(SourceSettings.Table::id).collect(Collectors.toSet());
        Map<TableId, StringBuilder> read = new HashMap<>();
        String sql = COLUMNS.replace("DATABASES", String.join(", ", Collections.nCopies(databases.size(), "?")));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < databases.size(); i++) {
                statement.setString(i + 1, databases.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    TableId table = new TableId(rows.getString(1), rows.getString(2));
                    if (!captured.contains(table)) {
                        continue;
                    }
                    StringBuilder text = read.computeIfAbsent(table, each -> new StringBuilder());
                    for (int column = 3; column <= 9; column++) {
                        text.append(rows.getString(column)).append('\n');
                    }
                }
            }
        }
        return read.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().toString()));
    }

    /** Returns a decoder that, at the first record of the engine, proves that it has read the definitions that are in force there. */
    public ChangeDecoder proving(ChangeDecoder decoder, SourceSettings settings, Database database) {
        return new Proving(decoder, settings, database);
    }

    private List<TableId> changed(Connection connection, SourceSettings settings) throws SQLException {
        Map<TableId, String> now = definitions(connection, settings);
        return Stream.concat(definitions.keySet().stream(), now.keySet().stream())
                .filter(table -> !Objects.equals(definitions.get(table), now.get(table)))
                .toList();
    }

    private final class Proving implements ChangeDecoder {

        private final ChangeDecoder decoder;
        private final SourceSettings settings;
        private final Database database;
        private boolean proven;

        Proving(ChangeDecoder decoder, SourceSettings settings, Database database) {
            this.decoder = decoder;
            this.settings = settings;
            this.database = database;
        }

        @Override
        public void decode(SourceRecord record, Consumer<ChangeEvent> out) {
            if (!proven) {
                List<TableId> changed = database.ask(connection -> changed(connection, settings));
                if (!changed.isEmpty()) {
                    throw SourceException.retryable(
                            "a statement changed " + changed.get(0) + " while the initial load began",
                            "nothing: it begins again automatically");
                }
                proven = true;
            }
            decoder.decode(record, out);
        }
    }
}
