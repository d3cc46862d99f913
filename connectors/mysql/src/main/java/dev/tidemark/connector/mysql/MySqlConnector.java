package dev.tidemark.connector.mysql;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.EngineGauges;
import dev.tidemark.connector.History;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.Keeping;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.ReadConnections;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.base.decode.KeyChanges;
import dev.tidemark.connector.base.jdbc.JdbcJoinReader;
import dev.tidemark.connector.base.jdbc.JoinDescription;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.base.jdbc.TableDescriptions;
import dev.tidemark.connector.base.text.ReaderWords;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog;
import dev.tidemark.connector.mysql.catalog.RowEstimates;
import dev.tidemark.connector.mysql.catalog.TablesRead;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.connection.MySqlErrors;
import dev.tidemark.connector.mysql.connection.Variables;
import dev.tidemark.connector.mysql.ddl.DdlParser;
import dev.tidemark.connector.mysql.ddl.TableMoves;
import dev.tidemark.connector.mysql.decode.MySqlDecoder;
import dev.tidemark.connector.mysql.engine.EngineProperties;
import dev.tidemark.connector.mysql.engine.ServerId;
import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.Blockers;
import dev.tidemark.connector.mysql.log.KeptBinlog;
import dev.tidemark.connector.mysql.log.MySqlHistory;
import dev.tidemark.connector.mysql.preflight.BinlogHealth;
import dev.tidemark.connector.mysql.preflight.MySqlPreflight;
import dev.tidemark.connector.mysql.read.MySqlDialect;
import dev.tidemark.connector.mysql.read.MySqlRowReader;
import dev.tidemark.connector.mysql.schema.DamagedHistoryException;
import dev.tidemark.connector.mysql.schema.RecordedTables;
import dev.tidemark.connector.mysql.schema.SchemaBaseline;
import dev.tidemark.connector.mysql.schema.SchemaCheck;
import dev.tidemark.connector.mysql.schema.SchemaDoubts;
import dev.tidemark.connector.mysql.schema.SchemaHistoryFile;
import dev.tidemark.connector.mysql.schema.UnreadWrites;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** MySQL as one more replica that reads the server's binlog. */
final class MySqlConnector implements Connector {

    private static final ReaderWords READER_WORDS = new ReaderWords(
            "current_user(?:\\(\\))?|(?:session_user|system_user|user|current_role|connection_id)\\(\\)");

    private final SourceSettings settings;
    private final EngineGauges gauges;
    private final Database database;
    private final ReadPool reads;
    private final MySqlDialect dialect;
    private final long serverId;
    private final SchemaHistoryFile history;
    private final KeyChanges keys;
    private final SchemaDoubts doubts;
    private final SchemaCheck schemas;
    private final SchemaBaseline baseline;
    /** The name of the server's binlog files, as the last offset had it; a position is only a number and a place. */
    private volatile String binlog = "binlog";

    /** Another reader has our server id. The server lets the newest win, so trying again would only throw it out. */
    private volatile @Nullable SourceException clash;

    MySqlConnector(SourceSettings settings) {
        this.settings = settings;
        this.gauges = new EngineGauges("mysql", settings.pipeline());
        this.database = new Database(settings);
        this.reads = database.reads();
        this.dialect = new MySqlDialect(database);
        this.serverId = ServerId.of(settings);
        this.history = SchemaHistoryFile.in(settings.state());
        this.keys = new KeyChanges(settings);
        this.doubts = new SchemaDoubts(settings.state(), Clock.systemUTC());
        this.schemas = new SchemaCheck(
                database, settings.tables().stream().map(Table::id).collect(Collectors.toSet()), doubts);
        this.baseline = new SchemaBaseline(settings, history, schemas);
    }

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running) {
        List<Check> checks = new ArrayList<>(new MySqlPreflight(settings, database, serverId).run(storedOffset));
        if (storedOffset != null
                && !BinlogOffsets.isBeginning(storedOffset)
                && !BinlogOffsets.unfinishedSnapshot(storedOffset)) {
            checks.add(historyCheck());
        }
        SourceException known = clash;
        if (known != null) {
            checks.add(Check.failed("server id", String.valueOf(known.getMessage()), known.hint()));
        }
        return checks;
    }

    /**
     * Checks the schema history. If the columns of the tables are not known as they were at the stored position, nothing after it
     * can be read.
     */
    private Check historyCheck() {
        String subject = "schema history";
        try {
            int statements = history.count();
            return statements > 0
                    ? Check.ok(subject, statements + " statements in " + history.path())
                    : Check.lost(
                            Loss.HISTORY,
                            subject,
                            history.path()
                                    + " is missing or empty although offsets are stored: rows in the binlog cannot be read"
                                    + " without it",
                            MySqlErrors.RECOVER);
        } catch (DamagedHistoryException e) {
            return Check.lost(Loss.HISTORY, subject, String.valueOf(e.getMessage()), MySqlErrors.RECOVER);
        } catch (IOException e) {
            return Check.failed(
                    subject, "it cannot be read: " + e.getMessage(), "correct the state directory " + settings.state());
        }
    }

    @Override
    public Map<TableId, TableInfo> describe() {
        return database.look(connection -> descriptions(connection).all());
    }

    @Override
    public Map<TableId, TableInfo> describeThose() {
        return database.look(connection -> descriptions(connection).those());
    }

    private TableDescriptions descriptions(Connection connection) {
        return new TableDescriptions(settings, keys, new MySqlCatalog(connection)::describe);
    }

    @Override
    public Map<TableId, Long> estimatedRows() {
        return database.look(connection -> RowEstimates.of(
                connection, settings.tables().stream().map(Table::id).distinct().toList()));
    }

    @Override
    public List<TableId> tables() {
        return database.look(connection -> new MySqlCatalog(connection).tables());
    }

    /**
     * Returns what the gauges show. A server that ends the connection in good order (KILL, a shutdown) leaves Debezium's binlog
     * client without an error: it stops reading silently (BinaryLogClient.listenForEventPackets). Only its gauge shows this.
     */
    @Override
    public LogConnection logConnection() {
        if (gauges.isSet("streaming", "Connected")) {
            return LogConnection.READING;
        }
        boolean streams = gauges.isSet("snapshot", "SnapshotCompleted") || gauges.isSet("snapshot", "SnapshotSkipped");
        return streams ? LogConnection.NONE : LogConnection.NOT_DUE;
    }

    @Override
    public boolean hasSilentCascades() {
        return true;
    }

    @Override
    public boolean hasRows(TableId table) {
        return database.look(connection -> new MySqlCatalog(connection).hasRows(table));
    }

    @Override
    public Optional<String> definition(TableId view) {
        return database.ask(connection -> new MySqlCatalog(connection).definition(view));
    }

    /**
     * Returns the end of the log. The schema history then contains the tables as they are there: earlier contents, which must not be read
     * with this position, are replaced.
     */
    @Override
    public Map<String, Object> fixPosition() throws InterruptedException {
        doubts.clear();
        try (Connection connection = database.open(Database.QUICK)) {
            return baseline.fix(connection).offset();
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    RecordedTables recorded() {
        try {
            return RecordedTables.of(history);
        } catch (DamagedHistoryException e) {
            throw SourceException.lost(Loss.HISTORY, String.valueOf(e.getMessage()), MySqlErrors.RECOVER, e);
        } catch (IOException e) {
            throw SourceException.fatal(
                    "the schema history cannot be read: " + e.getMessage(),
                    "correct the state directory " + settings.state(),
                    e);
        }
    }

    @Override
    public Map<String, String> engineProperties(Map<String, ?> resumed) {
        schemas.bind(settings.pipeline());
        Variables variables = database.ask(Variables::read);
        doubts.resume(BinlogPosition.of(resumed), variables.get("server_uuid", ""), schemas::end);
        if (BinlogOffsets.isBeginning(resumed)) {
            recordNow(resumed);
        } else {
            recordJoined(resumed);
        }
        Map<String, String> further = new HashMap<>(database.debezium());
        // Without GTIDs to continue from, as on a server without any writes, Debezium's binlog client fails
        // indefinitely (BinaryLogClient.setGtidSet with an empty set). File and position are known.
        if (resumed.get(BinlogOffsets.GTIDS) == null) {
            further.put(EngineProperties.BY_PLACE, "true");
        }
        return EngineProperties.of(settings, serverId, further);
    }

    /** Records the tables as they are now with an earlier position; rows of those that were changed since are left out. */
    private void recordNow(Map<String, ?> resumed) {
        database.ask(connection -> {
            baseline.record(connection, resumed);
            return resumed;
        });
        schemas.skipChanged(resumed);
    }

    /**
     * Records databases that the schema history does not contain, as they are now: tables of them joined the configuration. It contains all
     * tables of the others; statements that came later are in the log. Rows of joined tables that were changed since the offset are left
     * out, and these tables are reloaded; the doubt is on disk first. Reads all of the history, as the engine does.
     */
    private void recordJoined(Map<String, ?> resumed) {
        RecordedTables recorded = recorded();
        List<TableId> joined = settings.tables().stream()
                .map(Table::id)
                .distinct()
                .filter(table -> !recorded.containsDatabase(table.schema()))
                .toList();
        if (!joined.isEmpty()) {
            schemas.skipChanged(resumed, joined);
            database.ask(connection -> {
                baseline.add(connection, resumed, joined);
                return resumed;
            });
        }
    }

    @Override
    public ChangeDecoder decoder() {
        DdlParser.load(); // before an engine uses it
        Set<TableId> captured = settings.tables().stream().map(Table::id).collect(Collectors.toSet());
        return new MySqlDecoder(
                new TableMoves(captured, settings.snapshot() != SnapshotMode.NEVER),
                keys,
                doubts,
                new UnreadWrites(database, captured, doubts, System::currentTimeMillis));
    }

    @Override
    public boolean isUnfinishedSnapshot(Map<String, ?> offset) {
        return BinlogOffsets.unfinishedSnapshot(offset);
    }

    @Override
    public String describeOffset(Map<String, ?> offset) {
        if (offset.get(BinlogOffsets.FILE) instanceof String file && !file.isEmpty()) {
            binlog = BinlogPosition.base(file);
        }
        StringBuilder words = new StringBuilder()
                .append(offset.get(BinlogOffsets.FILE))
                .append(", position ")
                .append(offset.get(BinlogOffsets.PLACE));
        if (offset.get(BinlogOffsets.GTIDS) != null) {
            words.append(", GTIDs ").append(offset.get(BinlogOffsets.GTIDS));
        }
        return BinlogOffsets.unfinishedSnapshot(offset) ? words + " (unfinished snapshot)" : words.toString();
    }

    @Override
    public String describePosition(long position) {
        return BinlogPosition.text(binlog, position);
    }

    @Override
    public SourceException explain(Throwable engineFailure) {
        String odd = MySqlErrors.tableOfOddRows(engineFailure);
        if (odd != null) {
            schemas.rowsDiffer(odd, "rows in the log do not have its columns");
        }
        String unreadable = MySqlErrors.unreadable(engineFailure);
        if (unreadable != null && schemas.misread(unreadable)) {
            return MySqlErrors.otherColumns(unreadable, engineFailure);
        }
        SourceException explained = MySqlErrors.explain(engineFailure, database);
        if (MySqlErrors.isClash(explained)) {
            clash = explained;
        }
        return explained;
    }

    @Override
    public SourceStatus status() {
        SourceStatus status = new BinlogHealth(database).status();
        if (!status.problems().isEmpty()) {
            return status;
        }
        try {
            List<Check> problems = new ArrayList<>(keys.missing(primaryKeys()));
            problems.addAll(doubts.problems());
            return new SourceStatus(problems, status.gauges());
        } catch (SourceException e) {
            return new SourceStatus(
                    List.of(Check.unreachable("database", String.valueOf(e.getMessage()), e.hint())), status.gauges());
        }
    }

    @Override
    public Optional<Check> waitsFor() {
        return database.look(connection -> new Blockers(connection).find());
    }

    @Override
    public Optional<Check> detectGap(Predicate<TableId> joined) {
        return new BinlogHealth(database).gap().or(this::keyChange);
    }

    private Optional<Check> keyChange() {
        return keys.change(primaryKeys());
    }

    private Map<TableId, List<String>> primaryKeys() {
        return database.look(connection -> new MySqlCatalog(connection).primaryKeys(keys.tables()));
    }

    @Override
    public History history() {
        return new MySqlHistory(database, System::currentTimeMillis);
    }

    @Override
    public LogRetention logRetention() {
        return new KeptBinlog(database, Clock.systemUTC());
    }

    @Override
    public RowReader rowReader() {
        return new MySqlRowReader(reads.lease(), dialect);
    }

    @Override
    public TableInfo describe(Join join) {
        try (Connection connection = database.openToDescribe()) {
            return new JoinDescription<>(dialect, connection, join).describe();
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    @Override
    public Set<TableId> tablesRead(Join join) {
        return database.ask(connection -> {
            connection.setCatalog(join.root().schema());
            return new TablesRead(connection).of(dialect.compile(connection, join));
        });
    }

    /**
     * Finds such words in the statement and in its view. In a view that reads with its definer's rights, the current user is the
     * definer, for every reader.
     */
    @Override
    public List<String> dependsOnReader(Join join) {
        List<String> found = new ArrayList<>();
        READER_WORDS.in(ReaderWords.textOf(join)).ifPresent(word -> found.add("it asks " + word));
        if (join.statement() instanceof Join.View view) {
            definition(view.name())
                    .flatMap(READER_WORDS::in)
                    .ifPresent(word -> found.add("view " + view.name() + " asks " + word));
        }
        return found;
    }

    @Override
    public JoinReader joinReader(Join join) {
        return new JdbcJoinReader<>(reads.lease(), dialect, join);
    }

    @Override
    public ReadConnections readConnections() {
        return reads.connections();
    }

    @Override
    public Keeping keepConnections() {
        return database.keepConnections();
    }
}
