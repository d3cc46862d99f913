package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.ddl.DdlStatement;
import dev.tidemark.connector.mysql.ddl.DdlStatement.Kind;
import dev.tidemark.connector.mysql.ddl.DdlText;
import dev.tidemark.connector.mysql.schema.SchemaCheck.Finding;
import dev.tidemark.connector.mysql.schema.SchemaCheck.Place;
import dev.tidemark.debezium.mysql.LogDdlParser;
import io.debezium.relational.SystemVariables;
import io.debezium.relational.Table;
import io.debezium.relational.Tables;
import io.debezium.relational.ddl.AbstractDdlParser;
import io.debezium.relational.ddl.DdlChanges;
import io.debezium.relational.ddl.DdlParserListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Debezium's parsers of MySQL's statements behind one that never fails: statements that change no table are left out, words that a parser takes
 * for keywords are quoted, a second parser is tried, and what none understands is taken from the server. The thread that reads the log only.
 */
public final class TolerantDdlParser implements LogDdlParser {

    /** Creates the parsers of the engine, which finds it as a service. */
    public static final class Provider implements LogDdlParser.Provider {
        @Override
        public LogDdlParser create(List<AbstractDdlParser> parsers, String pipeline) {
            return new TolerantDdlParser(parsers, pipeline);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(TolerantDdlParser.class);

    private static final List<UnaryOperator<String>> FORMS =
            List.of(DdlText::plain, ddl -> DdlText.quoted(ddl, false), ddl -> DdlText.quoted(ddl, true));

    /** Origins of a statement. */
    private enum Origin {
        /** The schema history, or a snapshot: the server's columns are another matter. */
        RECORD,
        SNAPSHOT,
        LOG
    }

    private final List<AbstractDdlParser> parsers;
    private final @Nullable SchemaCheck check;
    private Origin origin = Origin.RECORD;
    private @Nullable Place place;
    private @Nullable String schema;
    private boolean ignored;

    /**
     * @param parsers the one that is configured first
     * @param pipeline the engine's name
     */
    TolerantDdlParser(List<AbstractDdlParser> parsers, String pipeline) {
        this.parsers = List.copyOf(parsers);
        this.check = SchemaCheck.of(pipeline);
        if (check != null) {
            check.begin();
        }
    }

    /** Records that statements now come out of the log, from the event that begins at that position. */
    @Override
    public void streaming(String file, long begin) {
        origin = Origin.LOG;
        place = new Place(file, begin);
    }

    /** Records that statements now are those that the server returns for tables as they are. */
    @Override
    public void snapshot() {
        origin = Origin.SNAPSHOT;
        place = null;
    }

    /** Returns whether the last statement concerns no table at all, so that nothing need be recorded of it. */
    @Override
    public boolean ignoredLast() {
        return ignored;
    }

    @Override
    public DdlChanges parse(String ddl, Tables tables) {
        DdlStatement statement = DdlStatement.of(ddl, schema);
        ignored = statement.kind() == Kind.OTHER || statement.temporary();
        if (ignored) {
            if (statement.temporary() && check != null && origin == Origin.LOG) {
                check.temporary(statement);
            }
            return new DdlChanges();
        }
        if (origin != Origin.SNAPSHOT && isNoChange(statement, tables) || isOfTemporary(statement)) {
            ignored = true;
            LOG.info("this statement changes nothing here: {}", statement.shortened());
            return checked(statement, new DdlChanges(), true, tables);
        }
        movedRows(statement);
        DdlChanges changes = parsed(ddl, tables);
        if (changes != null) {
            return checked(statement, changes, !statement.isUncertain(), tables);
        }
        LOG.info("this statement is not understood{}: {}", concerns(statement), statement.shortened());
        DdlChanges taken = checked(statement, new DdlChanges(), false, tables);
        doubt(statement);
        ignored = taken.isEmpty();
        return taken;
    }

    /** Reports the statement's tables to the check, because what it did to the values of rows is unknown. */
    private void doubt(DdlStatement statement) {
        Place at = place;
        if (check != null && origin == Origin.LOG && at != null) {
            check.concerned(statement).forEach(table -> check.notUnderstood(table, at));
        }
    }

    /** Reports the tables of which the statement moves rows that the log does not contain: those of partitions. */
    private void movedRows(DdlStatement statement) {
        Place at = place;
        if (check != null && origin == Origin.LOG && at != null && statement.movesRows()) {
            check.concerned(statement).forEach(table -> check.movedRows(table, at, statement.shortened()));
        }
    }

    private String concerns(DdlStatement statement) {
        boolean captured = check != null && !check.concerned(statement).isEmpty();
        return captured ? ", so the columns are taken from the server" : " and concerns no captured table";
    }

    private boolean isNoChange(DdlStatement statement, Tables tables) {
        TableId created = statement.onlyIfMissing() ? statement.created() : null;
        return created != null && tables.forTable(SchemaCheck.id(created)) != null;
    }

    private boolean isOfTemporary(DdlStatement statement) {
        boolean removes = statement.kind() == Kind.DROP_TABLE || statement.kind() == Kind.TRUNCATE;
        return removes
                && origin == Origin.LOG
                && check != null
                && place != null
                && check.isOfTemporary(statement, place);
    }

    /** Returns what the statement changes; null if no parser understands it. */
    private @Nullable DdlChanges parsed(String ddl, Tables tables) {
        DdlChanges changes = null;
        boolean context = DdlStatement.of(ddl, schema).kind() == Kind.CONTEXT;
        for (UnaryOperator<String> form : FORMS) {
            String text = form.apply(ddl);
            for (AbstractDdlParser parser : parsers) {
                DdlChanges found = changes == null || context ? parsed(parser, text, tables) : null;
                changes = changes == null ? found : changes;
            }
            if (changes != null) {
                return changes;
            }
        }
        return null;
    }

    private @Nullable DdlChanges parsed(AbstractDdlParser parser, String text, Tables tables) {
        parser.setCurrentSchema(schema);
        try {
            return parser.parse(text, tables);
        } catch (RuntimeException | StackOverflowError e) {
            parser.getAndResetDdlChanges();
            LOG.debug("{}: {}", parser.getClass().getSimpleName(), e.getMessage());
            return null;
        }
    }

    /** Adds what the server knows better. */
    private DdlChanges checked(DdlStatement statement, DdlChanges changes, boolean understood, Tables tables) {
        if (check == null || origin == Origin.RECORD) {
            return changes;
        }
        List<DdlParserListener.Event> events = new ArrayList<>();
        for (TableId table : check.concerned(statement)) {
            if (origin == Origin.SNAPSHOT) {
                String created = understood || statement.kind() != Kind.CREATE_TABLE ? null : check.look(table);
                events.addAll(created == null ? List.of() : take(created, tables));
            } else if (place != null && statement.kind() != Kind.TRUNCATE) {
                Finding finding = check.check(table, tables, understood, place, this::table);
                if (finding instanceof Finding.Take found) {
                    events.addAll(take(found.statement(), tables));
                } else if (finding instanceof Finding.Gone) {
                    tables.removeTable(SchemaCheck.id(table));
                }
            }
        }
        if (events.isEmpty()) {
            return changes;
        }
        ignored = false;
        DdlChanges all = new DdlChanges();
        changes.getEventsByDatabase((database, each) -> each.forEach(all::handle));
        events.forEach(all::handle);
        return all;
    }

    /** Puts the table that the server's statement creates in the place of the one that is known. */
    private List<DdlParserListener.Event> take(String statement, Tables tables) {
        List<DdlParserListener.Event> events = new ArrayList<>();
        Tables alone = new Tables(); // the parsers leave a table alone that they know
        DdlChanges changes = parsed(statement, alone);
        if (changes != null) {
            changes.getEventsByDatabase((database, each) -> events.addAll(each));
            alone.tableIds().forEach(id -> tables.overwriteTable(alone.forTable(id)));
        }
        return events;
    }

    /** Returns the table that the server's statement creates. */
    private @Nullable Table table(String statement) {
        Tables alone = new Tables();
        parsed(statement, alone);
        return alone.tableIds().stream().findFirst().map(alone::forTable).orElse(null);
    }

    /**
     * Compares all captured tables when the engine resumes at that position, which nothing in the log came before.
     *
     * @return what was taken from the server, with the statements that create it; recorded by the caller
     */
    @Override
    public Map<io.debezium.relational.TableId, String> resume(
            Tables tables, String file, long position, @Nullable String gtids) {
        Map<io.debezium.relational.TableId, String> taken = new LinkedHashMap<>();
        if (check != null) {
            check.resume(tables, new Place(file, position), gtids, this::table).forEach((table, statement) -> {
                take(statement, tables);
                taken.put(SchemaCheck.id(table), statement);
            });
        }
        return taken;
    }

    /** Returns whether the rows of the table that come next are left out. */
    @Override
    public boolean isSkipped(
            io.debezium.relational.TableId table, Tables tables, @Nullable String file, long position) {
        return check != null
                && check.isSkipped(
                        new TableId(table.catalog(), table.table()),
                        tables,
                        file == null ? null : new Place(file, position),
                        this::table);
    }

    /**
     * Fails for rows of a captured table that is not known.
     *
     * @throws SourceException always; the next engine begins with the table as the server has it
     */
    @Override
    public void unknown(io.debezium.relational.TableId table) {
        String message = "rows of " + table + " came whose columns are not known";
        if (check != null) {
            check.rowsDiffer(table.table(), "rows came whose columns are not known");
        }
        throw SourceException.retryable(message, "Nothing has to be done: the columns are taken from the server.");
    }

    @Override
    public void setCurrentDatabase(@Nullable String databaseName) {
        schema = databaseName;
    }

    @Override
    public void setCurrentSchema(@Nullable String schemaName) {
        schema = schemaName;
    }

    @Override
    public SystemVariables systemVariables() {
        return parsers.get(0).systemVariables();
    }
}
