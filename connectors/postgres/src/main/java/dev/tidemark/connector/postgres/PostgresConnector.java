package dev.tidemark.connector.postgres;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.EngineGauges;
import dev.tidemark.connector.History;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.Keeping;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.ReadConnections;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.base.jdbc.JdbcJoinReader;
import dev.tidemark.connector.base.jdbc.JoinDescription;
import dev.tidemark.connector.base.jdbc.ReadPool;
import dev.tidemark.connector.base.jdbc.TableDescriptions;
import dev.tidemark.connector.data.MovedRows;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.CatalogFacts;
import dev.tidemark.connector.postgres.catalog.PostgresCatalog;
import dev.tidemark.connector.postgres.catalog.ReaderViews;
import dev.tidemark.connector.postgres.catalog.RowEstimates;
import dev.tidemark.connector.postgres.catalog.RowWatch;
import dev.tidemark.connector.postgres.catalog.TableTraits;
import dev.tidemark.connector.postgres.catalog.TablesRead;
import dev.tidemark.connector.postgres.connection.Database;
import dev.tidemark.connector.postgres.connection.PostgresErrors;
import dev.tidemark.connector.postgres.connection.SessionTimeouts;
import dev.tidemark.connector.postgres.decode.PostgresDecoder;
import dev.tidemark.connector.postgres.decode.TypeLookup;
import dev.tidemark.connector.postgres.engine.EngineProperties;
import dev.tidemark.connector.postgres.log.Blockers;
import dev.tidemark.connector.postgres.log.FailoverSlot;
import dev.tidemark.connector.postgres.log.KeptSlots;
import dev.tidemark.connector.postgres.log.Lsn;
import dev.tidemark.connector.postgres.log.PositionFixing;
import dev.tidemark.connector.postgres.log.PostgresHistory;
import dev.tidemark.connector.postgres.log.ReplicationSlot;
import dev.tidemark.connector.postgres.log.ResumeOffsets;
import dev.tidemark.connector.postgres.log.SlotHealth;
import dev.tidemark.connector.postgres.preflight.PostgresPreflight;
import dev.tidemark.connector.postgres.preflight.PublicationChecks;
import dev.tidemark.connector.postgres.preflight.SlotChecks;
import dev.tidemark.connector.postgres.read.PostgresDialect;
import dev.tidemark.connector.postgres.read.PostgresRowReader;
import dev.tidemark.connector.postgres.read.RowMoves;
import dev.tidemark.connector.postgres.read.RowSecurity;
import dev.tidemark.connector.postgres.read.SecuredReads;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Postgres through a logical replication slot and pgoutput. */
final class PostgresConnector implements Connector {

    private final SourceSettings settings;
    private final EngineGauges gauges;
    private final Database database;
    private final ReadPool reads;
    private final PostgresDialect dialect;
    private final RowSecurity security;
    private final String slot;
    private final String publication;
    private final RowWatch rows;

    PostgresConnector(SourceSettings settings) {
        this.settings = settings;
        this.gauges = new EngineGauges("postgres", settings.pipeline());
        this.database = new Database(settings);
        this.reads = database.reads();
        this.dialect = new PostgresDialect(database);
        this.rows = new RowWatch(settings, database);
        this.security = new RowSecurity(settings, dialect);
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
        return new PostgresPreflight(settings, database, security, slot, publication, rows).run(storedOffset, running);
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
        return new TableDescriptions(settings, rows.keys(), new PostgresCatalog(connection)::describe);
    }

    @Override
    public Map<TableId, Long> estimatedRows() {
        return database.look(connection -> RowEstimates.of(
                connection, settings.tables().stream().map(Table::id).toList()));
    }

    @Override
    public List<TableId> tables() {
        return database.look(connection -> new PostgresCatalog(connection).tables());
    }

    @Override
    public Optional<Check> detectGap(Predicate<TableId> joined) {
        List<Table> captured = settings.tables().stream()
                .filter(table -> !joined.test(table.id()))
                .toList();
        return database.look(connection -> new PublicationChecks(connection, publication, captured).gap())
                .or(rows::keyChange);
    }

    @Override
    public Optional<Check> missingReplicaIdentity(TableId table, List<String> columns) {
        return rows.computedId(table, columns);
    }

    @Override
    public Optional<Check> verifyRetained(Map<String, ?> resumedFrom) {
        return database.ask(connection ->
                new SlotChecks(slot, settings).lostAfter(ReplicationSlot.find(connection, slot), resumedFrom));
    }

    /**
     * Returns the state from the engine's gauge. The slot exists once the engine streams: its task creates the slot before
     * (PostgresConnectorTask.start).
     */
    @Override
    public LogConnection logConnection() {
        return gauges.isSet("streaming", "Connected") ? LogConnection.READING : LogConnection.NOT_DUE;
    }

    @Override
    public boolean hasRows(TableId table) {
        return database.ask(connection -> {
            boolean[] found = new boolean[1];
            security.read(connection, table, open -> found[0] = new PostgresCatalog(open).hasRows(table));
            return found[0];
        });
    }

    @Override
    public Optional<String> definition(TableId view) {
        return database.ask(connection -> new PostgresCatalog(connection).definition(view));
    }

    @Override
    public Optional<Check> ofAnotherState() {
        return database.ask(connection -> {
            ReplicationSlot found = ReplicationSlot.find(connection, slot);
            return found == null ? Optional.empty() : Optional.of(SlotChecks.ofAnotherState(found, settings.state()));
        });
    }

    @Override
    public Map<String, Object> fixPosition() throws InterruptedException {
        return fixing().fix();
    }

    @Override
    public void publishTables() {
        database.ask(connection -> {
            fixing().publish(connection);
            return true;
        });
    }

    private PositionFixing fixing() {
        return new PositionFixing(database, settings, slot, publication);
    }

    /** Returns the offset that the slot has confirmed; empty while it is still being created. */
    @Override
    public Optional<Map<String, Object>> heldPosition() {
        return database.ask(connection -> {
            ReplicationSlot found = ReplicationSlot.find(connection, slot);
            Long confirmed = found == null ? null : found.confirmedFlush();
            return confirmed == null ? Optional.empty() : Optional.of(ResumeOffsets.beginning(confirmed));
        });
    }

    @Override
    public Map<String, String> engineProperties(Map<String, ?> resumed) {
        TypeLookup.register(settings.pipeline(), database);
        new FailoverSlot(database, slot).ensure();
        return EngineProperties.of(settings, slot, publication, database.ask(SessionTimeouts::engineOptions));
    }

    @Override
    public ChangeDecoder decoder() {
        return new PostgresDecoder(this::traits, rows);
    }

    /**
     * Returns the traits of a table; unknown ones if it was deleted meanwhile. Fails the engine, which is then built again, if
     * the database is away.
     */
    private TableTraits traits(TableId table) {
        return database.ask(connection -> {
            PostgresCatalog catalog = new PostgresCatalog(connection);
            Long oid = catalog.oid(table);
            return oid == null ? TableTraits.UNKNOWN : catalog.traits(table, oid);
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
        return "LSN " + Lsn.text(position);
    }

    @Override
    public SourceException explain(Throwable engineFailure) {
        return PostgresErrors.explain(engineFailure, database);
    }

    @Override
    public SourceStatus status() {
        SourceStatus status = new SlotHealth(database, slot).status();
        if (status.problems().stream().anyMatch(problem -> problem.outcome() != Check.Outcome.WARNING)) {
            return status;
        }
        try {
            List<Check> problems = new ArrayList<>(status.problems());
            problems.addAll(rows.problems());
            return new SourceStatus(problems, status.gauges());
        } catch (SourceException e) {
            return new SourceStatus(List.of(PostgresErrors.check("database", e)), status.gauges());
        }
    }

    @Override
    public Optional<Check> hiddenRows() {
        return database.look(security::hidden);
    }

    @Override
    public Optional<Check> waitsFor() {
        return database.look(connection -> new Blockers(connection, slot).find());
    }

    @Override
    public History history() {
        return new PostgresHistory(database, slot);
    }

    /** Returns the oids: a rewrite and a TRUNCATE keep the oid, another table that takes over the name has a different one. */
    @Override
    public Map<TableId, String> tableIdentities() {
        return database.look(connection -> {
            PostgresCatalog catalog = new PostgresCatalog(connection);
            Map<TableId, String> oids = new LinkedHashMap<>();
            for (Table table : settings.tables()) {
                Long oid = catalog.oid(table.id());
                if (oid != null) {
                    oids.put(table.id(), oid.toString());
                }
            }
            return oids;
        });
    }

    @Override
    public Map<TableId, Map<String, String>> catalogFacts() {
        List<TableId> tables =
                settings.tables().stream().map(Table::id).distinct().toList();
        return database.look(connection -> CatalogFacts.of(connection, tables));
    }

    @Override
    public Optional<MovedRows> movedRows(TableId table, Map<String, String> before, Map<String, String> now) {
        return new RowMoves(database, security, table, before, now).find();
    }

    @Override
    public LogRetention logRetention() {
        return new KeptSlots(database, settings, slot);
    }

    @Override
    public RowReader rowReader() {
        return new PostgresRowReader(reads.lease(), security, dialect);
    }

    @Override
    public TableInfo describe(Join join) {
        return database.ask(connection -> {
            List<Check> hidden = security.hiding(connection, join);
            if (!hidden.isEmpty()) {
                throw SourceException.fatal(
                        hidden.get(0).message(), hidden.get(0).hint());
            }
            RowSecurity.ignore(connection);
            return new JoinDescription<>(dialect, connection, join).describe();
        });
    }

    @Override
    public Set<TableId> tablesRead(Join join) {
        return database.ask(connection -> new TablesRead(connection).of(dialect.compile(connection, join)));
    }

    @Override
    public List<String> dependsOnReader(Join join) {
        return database.ask(connection -> new ReaderViews(connection).of(join));
    }

    @Override
    public JoinReader joinReader(Join join) {
        return new JdbcJoinReader<>(new SecuredReads(reads.lease(), security, join), dialect, join);
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
