package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.connection.MySqlErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables of which rows in the log were, or are, not decoded with their columns (invariant 10). Each is on disk before anything relies on it,
 * and is handed on as a reload when the stream has come behind those rows. Until then the rows of a table whose columns are unknown are left
 * out. Any thread.
 */
public final class SchemaDoubts {

    static final String NAME = "schema-doubts.log";

    /** Max number of times within a day that a table is reloaded automatically because its columns were not known. */
    static final int MAX_A_DAY = 3;

    private static final Logger LOG = LoggerFactory.getLogger(SchemaDoubts.class);
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    private static final String FIELD = "\t";
    private static final int FIELDS = 6;

    /** Lines that are not doubts begin with an empty field. */
    private static final String HANDED_ON = FIELD + "handed on" + FIELD;

    private static final String SERVER = FIELD + "server" + FIELD;

    /** The beginning of reasons that are about rows of partitions. */
    static final String PARTITION = "rows of partitions";

    /** The beginning of reasons that are about statements in the place of rows. */
    public static final String STATEMENTS = "a session with binlog_format";

    /** The beginning of reasons that are about XA transactions. */
    public static final String XA = "an XA transaction";

    /** By the beginning of their text, which is what the file has of them, the reasons that are not DDL. */
    private static final Map<String, DoubtReason> KINDS =
            Map.of(PARTITION, DoubtReason.PARTITION, STATEMENTS, DoubtReason.STATEMENT_FORMAT, XA, DoubtReason.XA);

    /** As {@link Doubt#until}: the first record that comes is behind the rows. */
    static final long AT_ONCE = 0;

    /** As {@link Doubt#until}: the rows still come; it is not handed on before the position behind them is known. */
    static final long LATER = Long.MAX_VALUE;

    /**
     * Doubt about the rows of a table.
     *
     * @param until the position in the log behind the rows that it is about
     * @param skipped whether these rows are left out
     */
    public record Doubt(TableId table, long until, boolean skipped, long sinceMillis, String reason) {

        /** Returns the reason of the doubt; its text is the evidence. */
        public DoubtReason kind() {
            return KINDS.entrySet().stream()
                    .filter(each -> reason.startsWith(each.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(DoubtReason.DDL);
        }

        Doubt until(long place) {
            return new Doubt(table, place, skipped, sinceMillis, reason);
        }

        String line() {
            return String.join(
                    FIELD,
                    table.schema(),
                    table.table(),
                    String.valueOf(until),
                    String.valueOf(skipped),
                    String.valueOf(sinceMillis),
                    reason.replaceAll("\\s+", " "));
        }

        static Doubt of(String line) {
            String[] fields = line.split(FIELD, FIELDS);
            return new Doubt(
                    new TableId(fields[0], fields[1]),
                    Long.parseLong(fields[2]),
                    Boolean.parseBoolean(fields[3]),
                    Long.parseLong(fields[4]),
                    fields[5]);
        }
    }

    private final SchemaHistoryFile file;
    private final Clock clock;
    private final Map<TableId, Doubt> open = new LinkedHashMap<>();
    private final Map<TableId, Deque<Long>> times = new HashMap<>();
    /** Doubts that this engine has handed on. */
    private final Map<TableId, Doubt> handedOn = new HashMap<>();
    /** Of the open ones, those that some engine has handed on. */
    private final Set<TableId> reported = new HashSet<>();
    /** Those that were due and not handed on. */
    private final Set<TableId> late = new HashSet<>();
    /** The server whose positions the file has; empty if it is not known. */
    private String recorded = "";

    private String server = "";
    private boolean moved;
    private boolean loaded;

    public SchemaDoubts(Path state, Clock clock) {
        this.file = new SchemaHistoryFile(state.resolve(NAME));
        this.clock = clock;
    }

    /**
     * Records that an engine begins at the stored position: what it replays is handed on again, what was handed on before is
     * done.
     *
     * @param current the server's name for itself; positions of another server say nothing
     * @param end returns the end of the server's log
     */
    public synchronized void resume(long stored, String current, LongSupplier end) {
        load();
        handedOn.clear();
        for (Doubt doubt : List.copyOf(open.values())) {
            if (doubt.until() == LATER) { // nothing remembers it but the file
                Doubt known = doubt.until(AT_ONCE);
                append(known.line());
                take(known);
            }
        }
        moved = !recorded.isEmpty() && !current.equals(recorded) && !open.isEmpty();
        if (moved) {
            move(end.getAsLong());
        } else {
            open.values()
                    .removeIf(doubt -> !doubt.skipped() && doubt.until() < stored && reported.contains(doubt.table()));
            open.values().stream()
                    .filter(doubt -> doubt.until() < stored && !reported.contains(doubt.table()))
                    .forEach(doubt -> late.add(doubt.table()));
        }
        server = current;
        if (!open.isEmpty() && !current.equals(recorded)) {
            append(SERVER + current);
            recorded = current;
        }
        forgetOld();
    }

    /** Returns whether the stored position is one of another server than the open doubts now are about. */
    synchronized boolean isMoved() {
        return moved;
    }

    /**
     * Moves the open doubts to another server: what is replayed raises doubts of its own, and what is left out ends at the end of
     * its log at the earliest.
     */
    private void move(long end) {
        for (Doubt doubt : List.copyOf(open.values())) {
            Doubt moved = doubt.until(doubt.skipped() ? end : AT_ONCE);
            append(moved.line());
            take(moved);
        }
    }

    /** Removes all doubts, because everything is loaded again. */
    public synchronized void clear() {
        open.clear();
        handedOn.clear();
        reported.clear();
        late.clear();
        recorded = "";
        times.clear();
        loaded = true;
        try {
            file.clear();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void forgetOld() {
        long now = clock.millis();
        times.values().forEach(each -> each.removeIf(time -> now - time > DAY_MILLIS));
        if (open.isEmpty() && times.values().stream().allMatch(Deque::isEmpty)) {
            clear();
        }
    }

    private void load() {
        if (loaded) {
            return;
        }
        try {
            file.repair();
            file.forEach(this::read);
        } catch (IOException | RuntimeException e) {
            throw unusable(e);
        }
        loaded = true;
    }

    private void read(String line) {
        if (line.startsWith(HANDED_ON)) {
            String[] table = line.substring(HANDED_ON.length()).split(FIELD, 2);
            reported.add(new TableId(table[0], table[1]));
        } else if (line.startsWith(SERVER)) {
            recorded = line.substring(SERVER.length());
        } else {
            take(Doubt.of(line));
        }
    }

    private void append(String line) {
        try {
            file.append(line);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void handOn(Doubt doubt) {
        if (reported.add(doubt.table())) {
            append(HANDED_ON + doubt.table().schema() + FIELD + doubt.table().table());
        }
        handedOn.put(doubt.table(), doubt);
    }

    private void take(Doubt doubt) {
        reported.remove(doubt.table());
        late.remove(doubt.table());
        open.put(doubt.table(), doubt);
        if (doubt.kind() != DoubtReason.DDL) {
            return; // a statement of the application, which a reload does not repeat
        }
        Deque<Long> known = times.computeIfAbsent(doubt.table(), table -> new ArrayDeque<>());
        if (known.isEmpty() || known.getLast() != doubt.sinceMillis()) {
            known.add(doubt.sinceMillis());
        }
    }

    private SourceException unusable(Exception e) {
        return SourceException.retryable(
                "the file " + file.path() + " cannot be used: " + e.getMessage(),
                "Correct the state directory; if the file is damaged, remove it and start with 'snapshot: always'.",
                e);
    }

    /** Records that the rows of the table are left out up to the position, or beyond it until its columns are known. */
    synchronized void skip(TableId table, long until, String reason) {
        store(table, until, true, reason);
    }

    /** Records that rows up to the position may have been decoded with other columns than they have. */
    public synchronized void reload(TableId table, long until, String reason) {
        store(table, until, false, reason);
    }

    private void store(TableId table, long until, boolean skipped, String reason) {
        load();
        Doubt known = open.get(table);
        boolean isNew = known == null || !known.skipped() && handedOn.containsKey(table);
        Doubt doubt = known == null || isNew
                ? new Doubt(table, until, skipped, clock.millis(), reason)
                : new Doubt(table, until, skipped, known.sinceMillis(), known.reason());
        // What was handed on is about all rows that were left out, unless more are.
        boolean passed =
                known != null && known.skipped() && !skipped && handedOn.containsKey(table) && until >= known.until();
        if (doubt.equals(known)) {
            return;
        }
        if (!server.equals(recorded)) {
            append(SERVER + server);
            recorded = server;
        }
        append(doubt.line());
        handedOn.remove(table);
        take(doubt);
        if (passed) {
            handOn(doubt);
        }
        if (isNew) {
            LOG.warn(
                    "{}: {}; {}",
                    table,
                    reason,
                    skipped
                            ? "its rows in the log are left out until its columns are known, then the table is reloaded"
                            : "the table is reloaded");
        }
    }

    synchronized boolean isSkipped(TableId table) {
        Doubt doubt = open.get(table);
        return doubt != null && doubt.skipped();
    }

    synchronized List<Doubt> skipped() {
        load();
        return open.values().stream().filter(Doubt::skipped).toList();
    }

    /** Returns whether nothing is in doubt: what the stream asks with each change. */
    public synchronized boolean isEmpty() {
        return open.isEmpty();
    }

    /** Hands on what the stream has come behind at that position, once for each engine. */
    public synchronized List<Doubt> takeDue(long position) {
        List<Doubt> due = new ArrayList<>();
        for (Doubt doubt : List.copyOf(open.values())) {
            if (doubt.until() > position || doubt.equals(handedOn.get(doubt.table()))) {
                continue;
            }
            if (isTooOften(doubt.table())) {
                late.add(doubt.table());
            } else {
                Doubt placed = doubt;
                if (doubt.until() == AT_ONCE || late.contains(doubt.table())) {
                    // It is over when the stored position is behind this one.
                    placed = doubt.until(position);
                    append(placed.line());
                    take(placed);
                }
                handOn(placed);
                due.add(placed);
            }
        }
        return due;
    }

    private boolean isTooOften(TableId table) {
        long now = clock.millis();
        Deque<Long> known = times.get(table);
        return known != null
                && known.stream().filter(time -> now - time < DAY_MILLIS).count() > MAX_A_DAY;
    }

    /** Returns what an operator should know of now. */
    public synchronized List<Check> problems() {
        List<Check> problems = new ArrayList<>();
        for (Doubt doubt : open.values()) {
            if (isTooOften(doubt.table())) {
                problems.add(Check.failed(
                        "schema of " + doubt.table(),
                        "the changes of " + doubt.table() + " in the log were unclear more than " + MAX_A_DAY
                                + " times in a day, last because " + doubt.reason()
                                + "; the table is not reloaded automatically before tomorrow",
                        "To read the tables now, " + MySqlErrors.RELOAD + ". Please report the statement."));
            } else if (doubt.skipped() && !handedOn.containsKey(doubt.table())) {
                problems.add(Check.warning(
                        "schema of " + doubt.table(),
                        "rows of " + doubt.table() + " in the log are left out: " + doubt.reason(),
                        "Nothing has to be done: the table is reloaded when its columns are known."));
            }
        }
        return problems;
    }
}
