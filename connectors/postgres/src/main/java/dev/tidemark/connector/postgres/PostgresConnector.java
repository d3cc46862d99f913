package dev.tidemark.connector.postgres;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.PositionKeeper;
import dev.tidemark.connector.ReadConnections;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.jdbc.JdbcJoinReader;
import dev.tidemark.connector.jdbc.JoinDescription;
import dev.tidemark.connector.jdbc.ReadPool;
import java.sql.PreparedStatement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Postgres through a logical replication slot and pgoutput. */
final class PostgresConnector implements Connector {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresConnector.class);

    private final SourceSettings settings;
    private final Database database;
    private final ReadPool reads;
    private final PostgresDialect dialect;
    private final String slot;
    private final String publication;

    PostgresConnector(SourceSettings settings) {
        this.settings = settings;
        this.database = new Database(settings);
        this.reads = database.reads();
        this.dialect = new PostgresDialect(database);
        String given = "tidemark_" + settings.pipeline();
        this.slot = settings.options().getOrDefault(PostgresConnectorFactory.SLOT, given);
        this.publication = settings.options().getOrDefault(PostgresConnectorFactory.PUBLICATION, given);
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running) {
        return new PostgresPreflight(settings, database, slot, publication).run(storedOffset, running);
    }

    @Override
    public Map<TableId, TableInfo> describe() {
        return database.ask(connection -> {
            PostgresCatalog catalog = new PostgresCatalog(connection);
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
        return database.ask(connection -> new PostgresCatalog(connection).tables());
    }

    @Override
    public Optional<Check> gap() {
        return database.ask(connection -> new PublicationChecks(connection, publication, settings.tables()).gap());
    }

    @Override
    public Optional<Check> untold(TableId table, List<String> columns) {
        return database.ask(connection -> new ToldColumns(connection, table).check(columns));
    }

    @Override
    public Optional<Check> lostAfter(Map<String, ?> resumedFrom) {
        return database.ask(connection ->
                new SlotChecks(slot, settings).lostAfter(ReplicationSlot.find(connection, slot), resumedFrom));
    }

    @Override
    public boolean hasRows(TableId table) {
        return database.ask(connection -> new PostgresCatalog(connection).hasRows(table));
    }

    @Override
    public Optional<String> definition(TableId view) {
        return database.ask(connection -> new PostgresCatalog(connection).definition(view));
    }

    @Override
    public void prepareSnapshot() {
        database.ask(connection -> {
            ReplicationSlot left = ReplicationSlot.find(connection, slot);
            if (left == null) {
                return false;
            }
            if (left.activePid() != null) {
                throw new SourceException(
                        "slot " + slot + " is in use by process " + left.activePid(),
                        "stop the program that uses it, or configure another 'slot'",
                        true,
                        null);
            }
            try (PreparedStatement drop = connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
                drop.setString(1, slot);
                LOG.info("dropping the left-over slot {}: the snapshot begins with a new one", slot);
                return drop.execute();
            }
        });
    }

    @Override
    public Map<String, String> engineProperties(@Nullable Map<String, ?> resumed) {
        return EngineProperties.of(settings, slot, publication);
    }

    @Override
    public ChangeDecoder decoder(boolean snapshotExpected) {
        return new PostgresDecoder(snapshotExpected, this::traits);
    }

    /** Of a table that is gone by now, nothing is known; a database that is away fails the engine, which is then built anew. */
    private TableTraits traits(TableId table) {
        return database.ask(connection -> {
            PostgresCatalog catalog = new PostgresCatalog(connection);
            Long oid = catalog.oid(table);
            return oid == null ? TableTraits.UNKNOWN : catalog.traits(oid);
        });
    }

    @Override
    public boolean isUnfinishedSnapshot(Map<String, ?> offset) {
        return ResumeOffsets.unfinishedSnapshot(offset);
    }

    @Override
    public String describeOffset(Map<String, ?> offset) {
        Long lsn = ResumeOffsets.lsn(offset);
        StringBuilder words = new StringBuilder("LSN ").append(lsn == null ? "unknown" : Lsn.text(lsn));
        if (ResumeOffsets.unfinishedSnapshot(offset)) {
            words.append(" (unfinished snapshot)");
        } else if (offset.get("snapshot") != null) {
            words.append(" (end of snapshot)");
        } else if (offset.get("lsn_commit") != null) {
            words.append(" (commit)");
        }
        Object transaction = offset.get("txId");
        return transaction == null ? words.toString() : words + ", transaction " + transaction;
    }

    @Override
    public String describePosition(long position) {
        return Lsn.text(position);
    }

    @Override
    public SourceException explain(Throwable engineFailure) {
        return PostgresErrors.explain(engineFailure, database);
    }

    @Override
    public SourceStatus status() {
        return new SlotHealth(database, slot).status();
    }

    @Override
    public PositionKeeper positionKeeper() {
        return new KeptSlots(database, settings, slot);
    }

    @Override
    public RowReader rowReader() {
        return new PostgresRowReader(reads.lease(), dialect);
    }

    @Override
    public TableInfo describe(Join join) {
        return database.ask(connection -> new JoinDescription<>(dialect, connection, join).describe());
    }

    @Override
    public Set<TableId> tablesRead(Join join) {
        return database.ask(connection -> new TablesRead(connection).of(dialect.compile(connection, join)));
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
