package dev.tidemark.connector;

import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of database brings to Tidemark. An instance belongs to one configuration. Connections are opened for a call and
 * closed with it; only readers share a few, with their threads, until the last reader is closed. Every call may be made from any
 * thread.
 */
public interface Connector {

    /** The kind of database, as the configuration names it: {@code postgres}, {@code mysql}. */
    String name();

    /**
     * Looks at everything the service needs of the database and changes nothing.
     *
     * @param storedOffset the offset the service will resume from, or null if it will begin with a snapshot (none is
     *     stored, or it is put aside at the start). With one, the place it names must still be held by the source.
     * @param running whether the service itself runs now and may hold the slot
     */
    List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running);

    /**
     * The captured tables as the catalog has them now. Of a table that is captured with several keys, the primary key is told
     * where it is among them.
     *
     * @throws SourceException where the database is away or a table is missing
     */
    Map<TableId, TableInfo> describe();

    /**
     * As {@link #describe()}, without tables that cannot be described: those that are missing, for instance.
     *
     * @throws SourceException if the database is away
     */
    Map<TableId, TableInfo> describeThose();

    /**
     * All tables that could be captured, in the order of their names: no views, and of a partitioned table the root alone, since
     * rows arrive as the root's.
     *
     * @throws SourceException where the database is away
     */
    List<TableId> tables();

    /**
     * What the source does not send now of the captured tables' changes (Postgres: a table was taken out of the publication; MySQL: how the
     * binlog is written was changed), as a finding. Once a table is streamed that is a gap, which only a new snapshot closes.
     *
     * @throws SourceException where the database is away
     */
    default Optional<Check> detectGap() {
        return Optional.empty();
    }

    /**
     * Columns of which a change does not tell the values before it, as a refusal that says what helps; empty if it tells all of
     * them.
     *
     * @throws SourceException where the database is away
     */
    default Optional<Check> missingReplicaIdentity(TableId table, List<String> columns) {
        return Optional.empty();
    }

    /**
     * Whether the source has lost what comes after an offset, as a finding. Asked when an engine that resumed from it hands
     * over its first records and has committed nothing: an engine may have replaced a slot that went just before.
     *
     * @throws SourceException where the database is away
     */
    default Optional<Check> verifyRetained(Map<String, ?> resumedFrom) {
        return Optional.empty();
    }

    /**
     * How the engine that runs in this process stands with the log. Asked ten times a second, of engines that may lose it without
     * a word; one that has lost it is built again. Never throws.
     */
    default LogConnection logConnection() {
        return LogConnection.READING;
    }

    /** Whether the log does not contain the rows that a foreign key changes or deletes by itself (ON UPDATE CASCADE). */
    default boolean hasSilentCascades() {
        return false;
    }

    /** How an engine stands with the database's log. */
    enum LogConnection {
        /** It does not read the log yet: it starts, or takes a snapshot. */
        NOT_DUE,
        READING,
        /** It should be reading, and is connecting or has lost its connection. */
        NONE
    }

    /** Whether the table holds any row. Cheap. */
    boolean hasRows(TableId table);

    /**
     * A view's definition in the database's own words, which change with it; empty for a table, and where our user may not see
     * it. Views that it reads are not looked into.
     *
     * @throws SourceException where the database is away
     */
    Optional<String> definition(TableId view);

    /**
     * Returns what a pipeline of this name has left on the server although its state directory was never used, as a finding: another
     * state directory may belong to it. Empty if there is nothing.
     *
     * @throws SourceException if the database is away
     */
    default Optional<Check> ofAnotherState() {
        return Optional.empty();
    }

    /**
     * Makes ready for a snapshot from nothing: drops a left-over slot where it is inactive (facts: "Postgres gap").
     *
     * @throws SourceException where something else uses the slot
     */
    void prepareSnapshot();

    /**
     * Returns the offset from which a pipeline without an initial load begins if none is stored: of the slot that exists, or of the end of
     * the log. Creates nothing on the server.
     *
     * @return empty if the engine finds its beginning itself, which then survives a crash without a stored offset
     * @throws SourceException if the database is away
     */
    Optional<Map<String, Object>> beginning();

    /**
     * Returns the offset from which an engine streams after an initial load that begins now, read before the load reads anything. Called
     * before the engine is built whose properties and decoder are asked for next.
     *
     * @return empty if the engine finds it itself
     * @throws SourceException if the database is away
     */
    default Optional<Map<String, Object>> loadBeginning() {
        return Optional.empty();
    }

    /**
     * Debezium's properties for this source, without those of engine, offsets and heartbeat interval.
     *
     * @param resumed the stored offset that the engine continues from, or that of {@link #loadBeginning}; null: it begins again
     * @throws SourceException where the database is asked, and is away
     */
    Map<String, String> engineProperties(@Nullable Map<String, ?> resumed);

    /**
     * A decoder for one engine.
     *
     * @param snapshotExpected whether this engine starts with a snapshot
     */
    ChangeDecoder decoder(boolean snapshotExpected);

    /** Whether the offset was stored before its snapshot had completed: it cannot be resumed from. */
    boolean isUnfinishedSnapshot(Map<String, ?> offset);

    /** A stored offset in an operator's words, such as {@code LSN 0/1A2B3C8 (commit), transaction 755}. */
    String describeOffset(Map<String, ?> offset);

    /** Returns a change's position, spelled as {@link #describeOffset} begins, such as {@code LSN 0/1A2B3C8}. */
    String describePosition(long position);

    /** Turns an engine's failure into words: the cause, a hint, and whether a new engine may get further. */
    SourceException explain(Throwable engineFailure);

    /** Looks at slot or binlog; never throws: a database that is away is a problem in the answer. At most 5 seconds. */
    SourceStatus status();

    /**
     * Returns the database's own estimates of how many rows the captured tables have, without reading them: statistics, which may be old.
     * Tables without an estimate are left out.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Map<TableId, Long> estimatedRows() {
        return Map.of();
    }

    /** Compares the database with what was read before. */
    History history();

    /**
     * Returns what identifies each captured table, dependencies included, alongside its name: another value under one name is another table,
     * whose rows were not loaded. Tables that are missing are left out; so are all if the log itself reports exchanged tables.
     *
     * @throws SourceException if the database is away
     */
    default Map<TableId, String> tableIdentities() {
        return Map.of();
    }

    /**
     * Returns what hides rows of captured tables, or of what joined documents are made of, from our user now (Postgres: row-level
     * security), as a finding with the statement that ends it. While it does, reads fail; the log shows all changes.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Optional<Check> hiddenRows() {
        return Optional.empty();
    }

    /**
     * Returns what an engine that starts, or reads tables, waits for in the database now: open transactions and locks of other sessions, as
     * a finding that names them. Texts of statements in it are shortened and hold no values.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Optional<Check> waitsFor() {
        return Optional.empty();
    }

    /** Keeps places in the log for backups. */
    LogRetention logRetention();

    /** A reader of present rows. */
    RowReader rowReader();

    /**
     * What a joined document is made of, as the database has it now: the columns that its query yields, and the key of its root.
     * Nothing is read of the rows.
     *
     * @throws SourceException where the database is away
     * @throws Join.RefusedException if it does not take a statement, or the statement yields something else than is needed
     */
    TableInfo describe(Join join);

    /**
     * The tables whose rows the joined documents are made of, views followed, as far as the database tells. The statement is
     * explained and not run.
     *
     * @throws SourceException where the database is away, or does not tell
     */
    Set<TableId> tablesRead(Join join);

    /**
     * Finds what of the statement of joined documents, or of the views that it reads, depends on who reads it, such as
     * {@code CURRENT_USER}: another role gets other documents.
     *
     * @return findings such as {@code view public.mine asks CURRENT_USER}; as far as the database shows it
     * @throws SourceException if the database is away
     */
    default List<String> dependsOnReader(Join join) {
        return List.of();
    }

    /** A reader of joined documents. */
    JoinReader joinReader(Join join);

    /** The connections that all readers share. */
    ReadConnections readConnections();
}
