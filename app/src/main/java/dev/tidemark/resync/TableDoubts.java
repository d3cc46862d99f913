package dev.tidemark.resync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.load.Doubts;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.state.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Doubts about single tables, in the state directory. Each is on disk before its load is requested, and ends with a load that was requested
 * after it; so a crash at any step repeats the load and never forgets the doubt. Reasons that a comparison finds are limited in a day
 * ({@link DoubtReason#isLimited}). Any thread; holds its lock while it takes that of {@link Loads}.
 * Upholds invariant 10.
 */
public final class TableDoubts implements Doubts, Loads.Observer {

    private static final Logger log = LoggerFactory.getLogger(TableDoubts.class);
    private static final String NAME = "doubts.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Loads of a table that are remembered for a reason that is not limited. */
    private static final int KEPT = 20;

    private final DurableFile file;
    private final LoadLimit limit;
    private final Clock clock;
    private Stored stored;
    private @Nullable Loads loads;
    private ToLongFunction<TableId> estimates = table -> -1;

    /**
     * The file's form.
     *
     * @param doubts those that have not ended, the oldest first
     * @param begun the loads of the last day
     */
    private record Stored(List<TableDoubt> doubts, List<Begun> begun) {

        private Stored {
            doubts = List.copyOf(doubts);
            begun = List.copyOf(begun);
        }
    }

    /** A load that began for a reason, and when, ISO-8601. */
    private record Begun(String table, String reason, String time) {

        private boolean isOf(TableDoubt doubt) {
            return doubt.isOf(table, reason);
        }
    }

    private TableDoubts(DurableFile file, Stored stored, LoadLimit limit, Clock clock) {
        this.file = file;
        this.stored = stored;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * Reads the doubts of a state directory.
     *
     * @param maxAutomatic how many loads of the same table and reason may begin in a day without an approval
     * @throws IOException if the file cannot be read or is damaged; the message is for the operator
     */
    public static TableDoubts open(Path state, Approvals approvals, int maxAutomatic, Clock clock) throws IOException {
        DurableFile file = new DurableFile(state.resolve(NAME));
        Optional<String> content = file.read();
        try {
            return new TableDoubts(
                    file,
                    content.isPresent()
                            ? JSON.readValue(content.get(), Stored.class)
                            : new Stored(List.of(), List.of()),
                    new LoadLimit(approvals, maxAutomatic, clock),
                    clock);
        } catch (JsonProcessingException e) {
            throw new IOException(file.path() + " is not what was written: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Sets the loads that end doubts, and ends the doubts of tables that are not configured any more. Called once, when a start has
     * requested its own loads.
     *
     * @param configured whether documents are formed from rows of the table
     */
    public synchronized void start(Loads with, ToLongFunction<TableId> rows, Predicate<TableId> configured)
            throws IOException {
        loads = with;
        estimates = rows;
        end(doubt -> !configured.test(TableId.parse(doubt.table())));
    }

    @Override
    public synchronized void raise(TableId table, DoubtReason reason, String evidence) throws IOException {
        TableDoubt known = of(table, reason);
        TableDoubt doubt = known == null
                ? new TableDoubt(table.toString(), reason.label(), now().toString(), evidence, null)
                : known.foundAgain(evidence);
        put(known, doubt);
        log.atWarn()
                .addKeyValue("table", table)
                .log("documents of {} may differ from its rows ({}): {}", table, reason.label(), evidence);
        begin(doubt);
    }

    /** Requests the loads that are due: of doubts that waited, and of those whose load an operator has stopped. */
    public synchronized void check() throws IOException {
        for (TableDoubt each : stored.doubts()) {
            TableDoubt doubt = each;
            if (each.load() != null && pending(each.table()) == null) {
                doubt = each.with(null);
                put(each, doubt);
            }
            if (doubt.load() == null) {
                begin(doubt);
            }
        }
    }

    private void begin(TableDoubt doubt) throws IOException {
        if (!(turn(doubt) instanceof Turn.Now)) {
            return;
        }
        TableId table = TableId.parse(doubt.table());
        Load load = Objects.requireNonNull(loads, "not started").requestAgain(table, estimates.applyAsLong(table));
        List<Begun> begun = new ArrayList<>(stored.begun());
        begun.removeIf(each -> limit.isOld(Instant.parse(each.time())));
        if (!isLimited(doubt.reason()) && before(doubt).size() >= KEPT) {
            begun.remove(
                    begun.stream().filter(each -> each.isOf(doubt)).findFirst().orElseThrow());
        }
        begun.add(new Begun(doubt.table(), doubt.reason(), now().toString()));
        List<TableDoubt> doubts = new ArrayList<>(stored.doubts());
        doubts.replaceAll(
                each -> each.equals(doubt) ? doubt.with(load.requested().toString()) : each);
        save(new Stored(doubts, begun));
        limit.begun(ours(doubt));
        log.atInfo()
                .addKeyValue("table", table)
                .log(
                        "{} is reloaded ({}): load {} in 24 h",
                        table,
                        doubt.reason(),
                        before(doubt).size());
    }

    private Turn turn(TableDoubt doubt) throws IOException {
        List<Instant> before = before(doubt);
        if (!isLimited(doubt.reason())) {
            return new Turn.Now();
        }
        Instant from = before.isEmpty() ? Instant.parse(doubt.since()) : before.get(before.size() - 1);
        return limit.turn(before, from, ours(doubt), approval(doubt, before.size()));
    }

    private static boolean isLimited(String label) {
        return Arrays.stream(DoubtReason.values())
                .filter(reason -> reason.label().equals(label))
                .allMatch(DoubtReason::isLimited);
    }

    private static Predicate<Approval> ours(TableDoubt doubt) {
        return each -> doubt.isOf(each.subject(), each.reason());
    }

    private static Approval approval(TableDoubt doubt, int before) {
        return new Approval(
                "",
                doubt.reason(),
                doubt.table(),
                doubt.since(),
                doubt.evidence() + "; " + doubt.table() + " was reloaded " + before
                        + " times in the last 24 h for this reason",
                doubt.table() + " is reloaded, and documents without a row are deleted within the limit of 'guard'",
                "it is not reloaded for this reason before 24 h have passed",
                0,
                List.of(),
                null);
    }

    @Override
    public void begun(TableId table) {}

    /** Ends the doubts for which the load was requested, or an earlier one. */
    @Override
    public synchronized void done(Load load) throws IOException {
        end(doubt -> doubt.table().equals(load.table().toString())
                && doubt.load() != null
                && !load.requested().isBefore(Instant.parse(doubt.load())));
    }

    private void end(Predicate<TableDoubt> over) throws IOException {
        List<TableDoubt> left = stored.doubts().stream().filter(over.negate()).toList();
        if (left.size() == stored.doubts().size()) {
            return;
        }
        List<TableDoubt> ended = stored.doubts().stream().filter(over).toList();
        save(new Stored(left, stored.begun()));
        for (TableDoubt each : ended) {
            limit.begun(ours(each));
            log.atInfo()
                    .addKeyValue("table", each.table())
                    .log("the doubt about {} ({}) has ended", each.table(), each.reason());
        }
    }

    /** Forgets everything: another history is read, and all tables are loaded. */
    public synchronized void clear() throws IOException {
        end(doubt -> true);
        save(new Stored(List.of(), List.of()));
    }

    /** Returns whether the documents of a table are in doubt for a reason. */
    public synchronized boolean isInDoubt(TableId table, DoubtReason reason) {
        return of(table, reason) != null;
    }

    /** Returns the doubts as status and API show them, the oldest first. */
    public synchronized List<PipelineStatus.Doubt> status() {
        return stored.doubts().stream()
                .map(doubt -> new PipelineStatus.Doubt(
                        doubt.table(),
                        doubt.reason(),
                        doubt.since(),
                        doubt.evidence(),
                        state(doubt),
                        before(doubt).size(),
                        isLimited(doubt.reason()) ? limit.max() : -1))
                .toList();
    }

    private String state(TableDoubt doubt) {
        if (doubt.load() != null) {
            return "loading";
        }
        return limit.isWaiting(ours(doubt)) ? "waiting_for_approval" : "waiting";
    }

    private @Nullable TableDoubt of(TableId table, DoubtReason reason) {
        return stored.doubts().stream()
                .filter(doubt -> doubt.isOf(table.toString(), reason.label()))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Load pending(String table) {
        return Objects.requireNonNull(loads, "not started").wanted().stream()
                .filter(load -> load.table().toString().equals(table)
                        && !load.selection().isPart())
                .findFirst()
                .orElse(null);
    }

    private List<Instant> before(TableDoubt doubt) {
        return stored.begun().stream()
                .filter(each -> each.isOf(doubt))
                .map(each -> Instant.parse(each.time()))
                .filter(time -> !limit.isOld(time))
                .toList();
    }

    private void put(@Nullable TableDoubt known, TableDoubt doubt) throws IOException {
        List<TableDoubt> doubts = new ArrayList<>(stored.doubts());
        doubts.replaceAll(each -> each.equals(known) ? doubt : each);
        if (known == null) {
            doubts.add(doubt);
        }
        save(new Stored(doubts, stored.begun()));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void save(Stored next) throws IOException {
        if (!next.equals(stored)) {
            file.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(next));
            stored = next;
        }
    }
}
