package dev.tidemark.connector;

import dev.tidemark.connector.data.MovedRows;
import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Access to one kind of database. An instance belongs to one configuration. Connections are opened for a call and closed at its
 * end; only readers share a few connections, and their threads, until the last reader is closed, and {@link #keepConnections} keeps
 * a few for queries that repeat. Thread-safe.
 */
public interface Connector {

    /** Returns the kind of database, as the configuration names it: {@code postgres}, {@code mysql}. */
    String name();

    /**
     * Checks everything that the service needs of the database, and changes nothing.
     *
     * @param storedOffset the offset that the service will resume from, or null if all tables will be loaded (none is
     *     stored, or it is discarded at the start). If given, the source must still have the log from there on.
     * @param running whether the service itself runs now and may hold the slot
     */
    List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running);

    /**
     * Returns the captured tables as the catalog has them now. For a table that is captured with several keys, the key returned
     * is the primary key if that is one of them.
     *
     * @throws SourceException if the database is away or a table is missing
     */
    Map<TableId, TableInfo> describe();

    /**
     * Does as {@link #describe()}, but leaves out tables that cannot be described, such as missing ones.
     *
     * @throws SourceException if the database is away
     */
    Map<TableId, TableInfo> describeThose();

    /**
     * Returns all tables that could be captured, in the order of their names: no views, and of a partitioned table only the root,
     * since rows arrive as the root's.
     *
     * @throws SourceException if the database is away
     */
    List<TableId> tables();

    /**
     * Returns which changes of the captured tables the source does not send now, as a finding (Postgres: a table was removed from
     * the publication; MySQL: the settings of the binlog were changed). For a table that is already streamed this is a gap, which
     * only a load of all tables closes.
     *
     * @throws SourceException if the database is away
     */
    default Optional<Check> detectGap() {
        return detectGap(table -> false);
    }

    /**
     * Does the same, for tables that were captured before.
     *
     * @param joined whether a table joins the configuration, so that no change of it was expected yet
     */
    default Optional<Check> detectGap(Predicate<TableId> joined) {
        return Optional.empty();
    }

    /**
     * Returns a finding with a hint if changes do not contain the previous values of some of the columns; empty if they contain
     * all of them.
     *
     * @throws SourceException if the database is away
     */
    default Optional<Check> missingReplicaIdentity(TableId table, List<String> columns) {
        return Optional.empty();
    }

    /**
     * Returns a finding if the source has lost the log after an offset. Called when an engine that resumed from the offset hands
     * over its first records and has committed nothing: the engine may have replaced a slot that was dropped just before.
     *
     * @throws SourceException if the database is away
     */
    default Optional<Check> verifyRetained(Map<String, ?> resumedFrom) {
        return Optional.empty();
    }

    /**
     * Returns whether the engine in this process is connected to the log. Called ten times a second, since an engine may lose its
     * connection silently; an engine that has lost it is built again. Never throws.
     */
    default LogConnection logConnection() {
        return LogConnection.READING;
    }

    /** Returns whether the log lacks the rows that a foreign key changes or deletes automatically (ON UPDATE CASCADE). */
    default boolean hasSilentCascades() {
        return false;
    }

    /** State of an engine's connection to the database's log. */
    enum LogConnection {
        /** The engine does not read the log yet: it is starting. */
        NOT_DUE,
        READING,
        /** The engine should be reading, but is connecting or has lost its connection. */
        NONE
    }

    /** Returns whether the table has any row. Cheap. */
    boolean hasRows(TableId table);

    /**
     * Returns a view's definition as the database writes it: another text means another definition. Empty for a table, and if our
     * user is not permitted to see it. The definitions of views that the view reads are not included.
     *
     * @throws SourceException if the database is away
     */
    Optional<String> definition(TableId view);

    /**
     * Returns what a pipeline of this name has left on the server although its state directory was never used, as a finding:
     * another state directory may belong to it. Empty if there is nothing.
     *
     * @throws SourceException if the database is away
     */
    default Optional<Check> ofAnotherState() {
        return Optional.empty();
    }

    /**
     * Fixes the position from which changes are streamed, before rows are read: what is committed later follows it in the log, and
     * what was committed before is visible to other sessions, or is among {@link RowReader#hiddenBefore}. Creates what holds the
     * position on the server (Postgres: publication and slot), and discards what an earlier position has left.
     *
     * @return the offset, which has to be stored before an engine starts or a row is read
     * @throws SourceException if the database is away, or another process uses the slot
     * @throws InterruptedException if it was interrupted while it waited for other sessions; nothing that holds the log or
     *     waits is left on the server
     */
    Map<String, Object> fixPosition() throws InterruptedException;

    /**
     * Makes the server send the changes of all captured tables, those that joined the configuration among them, before an engine
     * resumes from a stored offset.
     *
     * @throws SourceException if the database is away, or does not permit it
     */
    default void publishTables() {}

    /**
     * Returns the offset that the server holds for the pipeline although none is stored (Postgres: of the slot); empty if it holds
     * none. Creates nothing on the server.
     *
     * @throws SourceException if the database is away
     */
    default Optional<Map<String, Object>> heldPosition() {
        return Optional.empty();
    }

    /**
     * Returns Debezium's properties for this source, without those of engine, offsets and heartbeat interval.
     *
     * @param resumed the stored offset that the engine continues from
     * @throws SourceException if the database has to be queried and is away
     */
    Map<String, String> engineProperties(Map<String, ?> resumed);

    /** Creates a decoder for one engine. */
    ChangeDecoder decoder();

    /** Returns whether an earlier version stored the offset before its initial snapshot had completed, so that it cannot be resumed from. */
    boolean isUnfinishedSnapshot(Map<String, ?> offset);

    /** Returns a human-readable description of a stored offset, such as {@code LSN 0/1A2B3C8 (commit), transaction 755}. */
    String describeOffset(Map<String, ?> offset);

    /** Returns a change's position, spelled as {@link #describeOffset} begins, such as {@code LSN 0/1A2B3C8}. */
    String describePosition(long position);

    /** Translates an engine's failure into its cause, a hint, and whether it is retryable with a new engine. */
    SourceException explain(Throwable engineFailure);

    /** Checks slot or binlog within 5 seconds. Never throws: a database that is away is a problem in the result. */
    SourceStatus status();

    /**
     * Returns the database's own estimates of how many rows the captured tables have, without reading them: statistics, which may
     * be old. Tables without an estimate are left out.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Map<TableId, Long> estimatedRows() {
        return Map.of();
    }

    /** Returns the comparison of the database with what was read before. */
    History history();

    /**
     * Returns what identifies each captured table, dependencies included, alongside its name: another value under one name is
     * another table, whose rows were not loaded. Tables that are missing are left out; so are all if the log itself reports
     * exchanged tables.
     *
     * @throws SourceException if the database is away
     */
    default Map<TableId, String> tableIdentities() {
        return Map.of();
    }

    /**
     * Returns facts of the catalog about each captured table by which a later comparison shows that rows moved without a change of rows
     * in the log. Opaque texts by opaque keys; empty if the log itself reports all of that. Cheap, and read in one view of the catalog.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Map<TableId, Map<String, String>> catalogFacts() {
        return Map.of();
    }

    /**
     * Returns whether rows of a table moved between two of its {@link #catalogFacts}; empty if all rows are in the log. May read rows
     * of partitions that were attached meanwhile.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Optional<MovedRows> movedRows(TableId table, Map<String, String> before, Map<String, String> now) {
        return Optional.empty();
    }

    /**
     * Returns what hides rows of captured tables, or of the parts of joined documents, from our user now (Postgres: row-level
     * security), as a finding with the statement that ends it. As long as rows are hidden, reads fail; the log shows all changes.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Optional<Check> hiddenRows() {
        return Optional.empty();
    }

    /**
     * Returns what an engine that starts, or reads tables, waits for in the database now: open transactions and locks of other
     * sessions, as a finding that names them. Texts of statements in it are shortened and hold no values.
     *
     * @throws SourceException if the database cannot be queried now
     */
    default Optional<Check> waitsFor() {
        return Optional.empty();
    }

    /** Returns what keeps the log for backups. */
    LogRetention logRetention();

    /** Creates a reader of existing rows. */
    RowReader rowReader();

    /**
     * Returns the shape of joined documents as the database has it now: the columns that the query yields, and the key of the
     * root. Reads no rows.
     *
     * @throws SourceException if the database is away
     * @throws Join.InvalidJoinException if the database rejects a statement, or the statement yields something else than is needed
     */
    TableInfo describe(Join join);

    /**
     * Returns the tables whose rows form the joined documents, also those that views read, as far as the database reports
     * them. The statement is explained and not run.
     *
     * @throws SourceException if the database is away, or does not report them
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

    /** Creates a reader of joined documents. */
    JoinReader joinReader(Join join);

    /** Returns the state of the connections that all readers share. */
    ReadConnections readConnections();

    /** Lets the queries that a running pipeline repeats every few seconds share connections, until the result is closed. */
    Keeping keepConnections();
}
