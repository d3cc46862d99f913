package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.ddl.DdlStatement;
import dev.tidemark.connector.mysql.log.BinlogOffsets;
import dev.tidemark.connector.mysql.log.BinlogPosition;
import dev.tidemark.connector.mysql.log.LogEnd;
import dev.tidemark.connector.mysql.value.UnreadableValue;
import io.debezium.relational.Table;
import io.debezium.relational.Tables;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the engine knows of the captured tables with the server, after each statement that may change one, and when an engine
 * begins. A statement's text is a hint; the server is the truth, for the rows behind the last statement that changes the table.
 *
 * <p>If the two differ and no such statement follows in the log, the server's columns are taken. If one follows, the server shows
 * a later state: then the text counts, until the last one is reached; and if the text does not contain enough, the rows up to
 * there are left out and the table is reloaded. Used only by the thread that reads the log, except for {@link #doubts} and
 * {@link #misread}.
 */
public final class SchemaCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaCheck.class);

    /** The log is read on so often, for up to as long, while the rows of a table are read with columns that are not proven. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final Map<String, SchemaCheck> BOUND = new ConcurrentHashMap<>();

    private final Database database;
    private final Set<TableId> captured;
    private final SchemaDoubts doubts;
    private final PendingDdl pending;
    /** Tables that only the text of a statement is known of. */
    private final Set<TableId> unproven = ConcurrentHashMap.newKeySet();
    /** Captured tables a temporary one of whose name exists in some session. */
    private final Set<TableId> shadowed = new HashSet<>();
    /** Time of the last check whether an unproven table is right. */
    private long lookedNanos = System.nanoTime();

    /** Results of a table's check. */
    sealed interface Finding {
        /** The table is known: nothing is to be done. */
        record Known() implements Finding {}

        /** The table is to be taken as the server has it, by that statement. */
        record Take(String statement, String difference) implements Finding {}

        /** The table does not exist. */
        record Gone() implements Finding {}
    }

    private static final Finding KNOWN = new Finding.Known();

    public SchemaCheck(Database database, Collection<TableId> captured, SchemaDoubts doubts) {
        this.database = database;
        this.captured = Set.copyOf(captured);
        this.doubts = doubts;
        this.pending = new PendingDdl(database, this.captured);
    }

    /** Makes this the one that engines of the pipeline ask. */
    public void bind(String pipeline) {
        BOUND.put(pipeline, this);
    }

    static @Nullable SchemaCheck of(String pipeline) {
        return BOUND.get(pipeline);
    }

    /** Forgets what the last engine found: a new engine begins, which knows only what is recorded. */
    void begin() {
        unproven.clear();
        shadowed.clear();
        pending.done(null);
    }

    /**
     * Returns a captured table that a statement behind that end of the log changes, or may change, because the log is too long to be read
     * now; empty if there is none.
     */
    Optional<TableId> changedBehind(LogEnd end) {
        pending.done(null);
        try {
            return pending.changed(new Place(end.file(), end.place()));
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    /**
     * Records which tables were changed between an earlier position, at which an engine begins, and the columns that it takes as
     * they are now: the rows of these tables are left out, and the tables are reloaded.
     */
    public void skipChanged(Map<String, ?> offset) {
        skipChanged(offset, captured);
    }

    /** Does so for some of the captured tables. */
    public void skipChanged(Map<String, ?> offset, Collection<TableId> tables) {
        Object gtids = offset.get(BinlogOffsets.GTIDS);
        Place place = offset.get(BinlogOffsets.FILE) instanceof String file
                        && offset.get(BinlogOffsets.PLACE) instanceof Number number
                ? new Place(file, number.longValue())
                : null;
        pending.done(gtids == null ? null : gtids.toString());
        for (TableId table : tables) {
            if (isPending(table, gtids == null ? place : null)) {
                doubts.skip(table, end(), "it was changed before its columns were read");
            }
        }
    }

    List<TableId> concerned(DdlStatement statement) {
        return captured.stream().filter(statement::concerns).toList();
    }

    boolean isCaptured(TableId table) {
        return captured.contains(table);
    }

    SchemaDoubts doubts() {
        return doubts;
    }

    /** Notes a temporary table; in the log its statements look like those of the table with its name. */
    void temporary(DdlStatement statement) {
        for (TableId table : concerned(statement)) {
            if (statement.kind() == DdlStatement.Kind.CREATE_TABLE) {
                shadowed.add(table);
            } else {
                shadowed.remove(table);
            }
        }
    }

    /** Returns whether a DROP or TRUNCATE in the log was one of temporary tables: the captured ones still are what they were. */
    boolean isOfTemporary(DdlStatement statement, Place place) {
        List<TableId> tables = concerned(statement);
        if (tables.isEmpty()) {
            return false;
        }
        for (TableId table : tables) {
            boolean temporary = statement.kind() == DdlStatement.Kind.DROP_TABLE
                    ? look(table) != null && !isPending(table, place)
                    : shadowed.contains(table);
            if (!temporary) {
                return false;
            }
        }
        if (statement.kind() == DdlStatement.Kind.TRUNCATE) {
            tables.forEach(table -> doubts.reload(
                    table, place.position(), "a TRUNCATE may have been one of a temporary table with its name"));
        }
        shadowed.removeAll(statement.kind() == DdlStatement.Kind.DROP_TABLE ? tables : List.of());
        return true;
    }

    /** Position of the stream. */
    record Place(String file, long place) {
        long position() {
            return BinlogPosition.of(file, place);
        }
    }

    /**
     * Compares a table after a statement that may have changed it.
     *
     * @param understood whether the engine's idea of the table follows from the text
     * @param parse returns the table that a statement creates
     */
    Finding check(
            TableId table, Tables tables, boolean understood, Place place, Function<String, @Nullable Table> parse) {
        String statement = look(table);
        Table server = statement == null ? null : parse.apply(statement);
        Table engine = tables.forTable(id(table));
        String difference = TableColumns.difference(engine, server);
        if (difference == null && understood && !doubts.isSkipped(table)) {
            unproven.remove(table);
            return KNOWN;
        }
        if (isPending(table, place)) {
            if (!understood) {
                doubts.skip(table, place.position(), "a statement is not understood, and others of the table follow");
            } else if (!doubts.isSkipped(table)) {
                unproven.add(table);
            }
            return KNOWN;
        }
        proven(table, place, difference);
        if (difference == null) {
            return KNOWN;
        }
        if (statement == null || server == null) {
            return engine == null ? KNOWN : new Finding.Gone();
        }
        LOG.info("the columns of {} are taken from the server: {}", table, difference);
        return new Finding.Take(statement, difference);
    }

    /** Records that a statement of the log did something to the table that its columns do not necessarily show. */
    void notUnderstood(TableId table, Place place) {
        if (!doubts.isSkipped(table)) {
            doubts.reload(table, place.position(), "a statement was not understood");
        }
    }

    /** Records that a statement moved rows of the table without rows in the log. */
    void movedRows(TableId table, Place place, String statement) {
        if (!doubts.isSkipped(table)) { // it is reloaded in any case
            doubts.reload(table, place.position(), SchemaDoubts.PARTITION + " were moved by: " + statement);
        }
    }

    private void proven(TableId table, Place place, @Nullable String difference) {
        if (doubts.isSkipped(table)) {
            doubts.reload(table, place.position(), "its columns are known again");
        } else if (unproven.contains(table) && difference != null) {
            doubts.reload(table, place.position(), "rows may have been read with other columns: " + difference);
        }
        unproven.remove(table);
    }

    /** Returns the statement that creates the table as it is; null if it does not exist. */
    @Nullable
    String look(TableId table) {
        return database.ask(connection -> ServerTable.read(connection, table)).orElse(null);
    }

    private boolean isPending(TableId table, @Nullable Place place) {
        try {
            return pending.isPending(table, place);
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    /**
     * Compares all captured tables when an engine resumes.
     *
     * @param gtids the transactions that were read, if the server has GTIDs: the place says little then
     * @return the tables that are to be taken from the server, with the statements that create them
     */
    Map<TableId, String> resume(
            Tables tables, Place place, @Nullable String gtids, Function<String, @Nullable Table> parse) {
        pending.done(gtids);
        Place reached = gtids == null || gtids.isEmpty() ? place : null; // it may be one of another server
        long behind = reached == null ? SchemaDoubts.AT_ONCE : place.position();
        Map<TableId, String> taken = new LinkedHashMap<>();
        for (TableId table : captured) {
            String statement = look(table);
            Table server = statement == null ? null : parse.apply(statement);
            String difference = TableColumns.difference(tables.forTable(id(table)), server);
            boolean skipped = doubts.isSkipped(table);
            if (difference == null && !skipped || server == null || statement == null) {
                continue;
            }
            if (isPending(table, reached)) {
                LOG.info(
                        "the columns of {} are not the server's ({}): statements that change it follow in the log",
                        table,
                        difference);
                if (!skipped) {
                    unproven.add(table);
                }
            } else if (difference != null) {
                LOG.info("the columns of {} are taken from the server: {}", table, difference);
                doubts.reload(table, behind, "its columns were recorded otherwise: " + difference);
                taken.put(table, statement);
            } else if (!doubts.isMoved()
                    && doubts.skipped().stream()
                            .anyMatch(doubt -> doubt.table().equals(table) && doubt.until() <= place.position())) {
                doubts.reload(table, behind, "its columns are known again");
            } else {
                // Not the columns but the rows are odd, such as those of a session with another binlog_row_image.
                doubts.skip(table, end(), "rows in the log do not have its columns");
            }
        }
        return taken;
    }

    /** Returns whether the rows of the table that come next are left out; ends that if its columns are known by now. */
    boolean isSkipped(TableId table, Tables tables, @Nullable Place place, Function<String, @Nullable Table> parse) {
        if (doubts.isEmpty() || !doubts.isSkipped(table)) {
            if (place != null && unproven.contains(table)) {
                prove(table, tables, place, parse);
            }
            return false;
        }
        boolean behind = place != null
                && doubts.skipped().stream()
                        .anyMatch(doubt -> doubt.table().equals(table) && doubt.until() <= place.position());
        if (!behind || place == null) {
            return true;
        }
        String statement = look(table);
        Table server = statement == null ? null : parse.apply(statement);
        boolean known = server != null && !isPending(table, place);
        if (known && !TableColumns.same(tables.forTable(id(table)), server)) {
            throw otherwise(table);
        }
        if (!known) {
            doubts.skip(table, end(), "its columns are not known");
            return true;
        }
        doubts.reload(table, place.position(), "its columns are known again");
        return false;
    }

    /** Checks a table again for which the log was too long to be read. */
    private void prove(TableId table, Tables tables, Place place, Function<String, @Nullable Table> parse) {
        if (pending.isKnown(table, place) || System.nanoTime() - lookedNanos < LOOK_AGAIN_NANOS) {
            return;
        }
        String statement = look(table);
        Table server = statement == null ? null : parse.apply(statement);
        boolean open = server == null || isPending(table, place);
        lookedNanos = System.nanoTime();
        if (open) {
            return;
        }
        if (!TableColumns.same(tables.forTable(id(table)), server)) {
            throw otherwise(table);
        }
        unproven.remove(table);
    }

    /** Returns the failure after which the next engine takes the columns when it resumes, and has the table reloaded. */
    private static SourceException otherwise(TableId table) {
        return SourceException.retryable(
                "the columns of " + table + " are not those that are known, and no statement in the log changes them",
                "Nothing has to be done: the columns are taken from the server, and the table is reloaded.");
    }

    /**
     * Records that the engine has met rows of a table that do not have its columns: the next one leaves them out, or takes the
     * columns again.
     */
    public void rowsDiffer(String table, String reason) {
        long until = end();
        captured.stream()
                .filter(each -> each.table().equalsIgnoreCase(table))
                .forEach(each -> doubts.skip(each, until, reason));
    }

    /**
     * Decides what a value that does not convert means. If only the text of a statement is known of its table, the row may have
     * other columns: then the next engine leaves such rows out. Any thread, while no engine runs.
     *
     * @param found begins with the column's full name
     * @return whether it is so; else the value itself is at fault
     */
    public boolean misread(String found) {
        for (TableId table : unproven) {
            if (found.startsWith(UnreadableValue.COLUMN + id(table) + ".")) {
                doubts.skip(table, end(), "its rows may have other columns than are known: " + found);
                return true;
            }
        }
        return false;
    }

    /** Returns the position at which the log ends now. */
    public long end() {
        return database.ask(BinlogPosition::end);
    }

    static io.debezium.relational.TableId id(TableId table) {
        return new io.debezium.relational.TableId(table.schema(), null, table.table());
    }
}
