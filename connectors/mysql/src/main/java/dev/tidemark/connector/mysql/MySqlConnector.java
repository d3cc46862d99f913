package dev.tidemark.connector.mysql;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.PositionKeeper;
import dev.tidemark.connector.ReadConnections;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.jdbc.JdbcJoinReader;
import dev.tidemark.connector.jdbc.JoinDescription;
import dev.tidemark.connector.jdbc.ReadPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** MySQL as one more replica that reads the server's binlog. */
final class MySqlConnector implements Connector {

    private final SourceSettings settings;
    private final Database database;
    private final ReadPool reads;
    private final MySqlDialect dialect;
    private final long serverId;
    private final SchemaHistoryFile history;

    /** Another reader has our server id. The server lets the newest win, so trying again would only throw it out. */
    private volatile @Nullable SourceException clash;

    MySqlConnector(SourceSettings settings) {
        this.settings = settings;
        this.database = new Database(settings);
        this.reads = database.reads();
        this.dialect = new MySqlDialect(database);
        this.serverId = ServerId.of(settings);
        this.history = SchemaHistoryFile.in(settings.state());
    }

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running) {
        List<Check> checks =
                new ArrayList<>(new MySqlPreflight(settings, database, serverId).run(storedOffset, running));
        if (storedOffset != null) {
            checks.add(historyCheck());
        }
        SourceException known = clash;
        if (known != null) {
            checks.add(Check.refused("server id", String.valueOf(known.getMessage()), known.hint()));
        }
        return checks;
    }

    /** Where the columns of the tables are not known as they were at the stored position, nothing after it can be read. */
    private Check historyCheck() {
        String subject = "schema history";
        try {
            int statements = history.read().size();
            return statements > 0
                    ? Check.ok(subject, statements + " statements in " + history.path())
                    : Check.refused(
                            subject,
                            history.path()
                                    + " is missing or empty although offsets are stored: rows in the binlog cannot be read"
                                    + " without it",
                            MySqlErrors.RECOVER);
        } catch (IOException e) {
            return Check.refused(subject, String.valueOf(e.getMessage()), MySqlErrors.RECOVER);
        }
    }

    @Override
    public Map<TableId, TableInfo> describe() {
        return database.ask(connection -> {
            MySqlCatalog catalog = new MySqlCatalog(connection);
            Map<TableId, TableInfo> tables = new LinkedHashMap<>();
            for (Table table : settings.tables()) {
                if (!table.isDependency()) {
                    TableInfo described = catalog.describe(table);
                    tables.merge(
                            table.id(), described, (one, other) -> table.key().isEmpty() ? other : one);
                }
            }
            return tables;
        });
    }

    @Override
    public List<TableId> tables() {
        return database.ask(connection -> new MySqlCatalog(connection).tables());
    }

    /**
     * A server that ends the connection in good order (KILL, a shutdown) leaves Debezium's binlog client without an error: it
     * stops reading and says nothing (BinaryLogClient.listenForEventPackets). Only its gauge tells.
     */
    @Override
    public LogConnection logConnection() {
        if (gauge("streaming", "Connected")) {
            return LogConnection.READING;
        }
        boolean streams = gauge("snapshot", "SnapshotCompleted") || gauge("snapshot", "SnapshotSkipped");
        return streams ? LogConnection.NONE : LogConnection.NOT_DUE;
    }

    private boolean gauge(String context, String name) {
        try {
            ObjectName bean = new ObjectName(
                    "debezium.mysql:type=connector-metrics,context=" + context + ",server=" + settings.pipeline());
            return Boolean.TRUE.equals(
                    ManagementFactory.getPlatformMBeanServer().getAttribute(bean, name));
        } catch (JMException e) {
            return false; // not registered yet, or not any more
        }
    }

    @Override
    public boolean hasRows(TableId table) {
        return database.ask(connection -> new MySqlCatalog(connection).hasRows(table));
    }

    @Override
    public Optional<String> definition(TableId view) {
        return database.ask(connection -> new MySqlCatalog(connection).definition(view));
    }

    @Override
    public void prepareSnapshot() {
        try {
            history.clear();
        } catch (IOException e) {
            throw new SourceException(
                    "the schema history " + history.path() + " cannot be removed: " + e.getMessage(),
                    "mend the state folder " + settings.state(),
                    true,
                    e);
        }
    }

    @Override
    public Map<String, String> engineProperties(@Nullable Map<String, ?> resumed) {
        Map<String, String> further = new HashMap<>(database.debezium());
        if (!knowsGtids(resumed)) {
            further.put(EngineProperties.BY_PLACE, "true");
        }
        return EngineProperties.of(settings, serverId, further);
    }

    /**
     * Whether there are GTIDs to go on from. Where there are none yet, as on a server that nobody has written to, or whose stored position is
     * older than its GTIDs, Debezium's binlog client fails for ever (BinaryLogClient.setGtidSet with an empty set). File and place are known.
     */
    private boolean knowsGtids(@Nullable Map<String, ?> resumed) {
        return resumed == null
                ? database.ask(connection ->
                        !Variables.read(connection).get("gtid_executed", "").isBlank())
                : resumed.get(BinlogOffsets.GTIDS) != null;
    }

    @Override
    public ChangeDecoder decoder(boolean snapshotExpected) {
        DdlParser.load(); // before an engine uses it
        TableMoves moves = new TableMoves(
                settings.tables().stream().map(Table::id).collect(Collectors.toSet()),
                settings.snapshot() != SnapshotMode.NEVER);
        return new MySqlDecoder(snapshotExpected, moves);
    }

    @Override
    public boolean isUnfinishedSnapshot(Map<String, ?> offset) {
        return BinlogOffsets.unfinishedSnapshot(offset);
    }

    @Override
    public String describeOffset(Map<String, ?> offset) {
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
        return BinlogPosition.text(position);
    }

    @Override
    public SourceException explain(Throwable engineFailure) {
        SourceException explained = MySqlErrors.explain(engineFailure, database);
        if (MySqlErrors.isClash(explained)) {
            clash = explained;
        }
        return explained;
    }

    @Override
    public SourceStatus status() {
        return new BinlogHealth(database).status();
    }

    @Override
    public Optional<Check> gap() {
        return new BinlogHealth(database).gap();
    }

    @Override
    public PositionKeeper positionKeeper() {
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

    @Override
    public JoinReader joinReader(Join join) {
        return new JdbcJoinReader<>(reads.lease(), dialect, join);
    }

    @Override
    public ReadConnections readConnections() {
        return reads.connections();
    }
}
