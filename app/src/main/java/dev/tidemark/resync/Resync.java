package dev.tidemark.resync;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.data.DoubtReason;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.resync.ResyncFile.Begun;
import dev.tidemark.resync.ResyncFile.Stored;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Record of a loss of changes, and of the load of all tables from a new position that ends it. Each step is on disk before it is
 * taken, so a crash between two steps repeats the resync or continues it: {@link #found}, {@link #begin}, {@link #fixed}, and
 * {@link #done} for each table. The same reason leads to a limited number of resyncs in a day, after growing pauses. Any thread.
 * Upholds invariant 10.
 */
public final class Resync implements Loads.Observer {

    /** Subject of the approval of a resync. */
    public static final String SUBJECT = "tables";

    private static final Logger log = LoggerFactory.getLogger(Resync.class);

    private final ResyncFile file;
    private final LoadLimit limit;
    private final boolean enabled;
    private final Clock clock;
    private Stored stored;

    private Resync(ResyncFile file, Stored stored, LoadLimit limit, boolean enabled, Clock clock) {
        this.file = file;
        this.stored = stored;
        this.limit = limit;
        this.enabled = enabled;
        this.clock = clock;
    }

    /**
     * Reads the record of a state directory.
     *
     * @param maxAutomatic how many resyncs of the same reason may begin in a day without an approval
     * @param enabled false if nothing is loaded automatically ({@code snapshot: never}): then nothing is recorded, and a record stays
     *     as it is
     * @throws IOException if it cannot be read or is damaged; the message is for the operator
     */
    public static Resync open(Path state, Approvals approvals, int maxAutomatic, boolean enabled, Clock clock)
            throws IOException {
        ResyncFile file = new ResyncFile(state);
        return new Resync(file, file.read(), new LoadLimit(approvals, maxAutomatic, clock), enabled, clock);
    }

    /** Returns whether a loss is to be followed by a load of all tables without an operator. */
    public boolean isAutomatic(@Nullable Loss loss) {
        return enabled && loss != null;
    }

    /** Returns whether the documents of a table are in doubt for a reason. */
    public boolean isInDoubt(TableId table, DoubtReason reason) {
        return doubt().filter(doubt -> doubt.reason().equals(reason.label()) && doubt.concerns(table.toString()))
                .isPresent();
    }

    /** Returns the doubt that has not ended; empty if there is none. */
    public synchronized Optional<Doubt> doubt() {
        return enabled ? Optional.ofNullable(stored.doubt()) : Optional.empty();
    }

    /**
     * Returns the doubt as status and API show it, for each table that it concerns.
     *
     * @param tables all tables that documents are formed from
     */
    public synchronized List<PipelineStatus.Doubt> status(Collection<TableId> tables) {
        Doubt doubt = doubt().orElse(null);
        if (doubt == null) {
            return List.of();
        }
        String state = doubt.fixed() ? "loading" : limit.isWaiting(Resync::isOurs) ? "waiting_for_approval" : "waiting";
        int before = begunBefore(doubt.reason()).size();
        return tables.stream()
                .map(TableId::toString)
                .filter(doubt::concerns)
                .map(table -> new PipelineStatus.Doubt(
                        table, doubt.reason(), doubt.since(), doubt.message(), state, before, limit.max()))
                .toList();
    }

    /** Returns whether a resync is due that another pipeline has to carry out: this one has formed its mapping from what was before. */
    public synchronized boolean needsStart() {
        return isDue() && doubt().orElseThrow().reason().equals(Loss.KEY_CHANGE.label());
    }

    /** Returns whether a new position has to be fixed before another change is written. */
    public synchronized boolean isDue() {
        return doubt().filter(doubt -> !doubt.fixed()).isPresent();
    }

    /**
     * Records that changes are lost; durable when this returns. While a resync is due already, that one ends this doubt, too. One
     * whose tables are being loaded is followed by another: its position is lost.
     *
     * @param loss null for another finding
     * @return whether a resync follows, as {@link #isAutomatic} decides; otherwise nothing is recorded
     */
    public synchronized boolean found(@Nullable Loss loss, String message) throws IOException {
        if (!enabled || loss == null) {
            return false;
        }
        if (isDue()) {
            return true;
        }
        Doubt doubt = new Doubt(loss.label(), now().toString(), message, null, false, List.of());
        save(new Stored(doubt, stored.begun()));
        log.warn(
                "changes are lost: {}. All tables are loaded again from a new position, and documents without a row are"
                        + " deleted within the limit of 'guard'",
                message);
        return true;
    }

    /**
     * Decides when the resync that is due may begin. One that has begun and was interrupted continues at once.
     *
     * @throws IOException if the approval that it needs cannot be stored
     */
    public synchronized Turn turn() throws IOException {
        Doubt doubt = doubt().orElseThrow();
        List<Instant> before = begunBefore(doubt.reason());
        if (doubt.begun() != null || doubt.reason().equals(Loss.DDL.label())) {
            return new Turn.Now(); // a statement of the application is not repeated by a load
        }
        return limit.turn(before, Instant.parse(doubt.since()), Resync::isOurs, approval(doubt, before.size()));
    }

    private static Approval approval(Doubt doubt, int before) {
        return new Approval(
                "",
                doubt.reason(),
                SUBJECT,
                doubt.since(),
                doubt.message() + "; all tables were loaded again " + before
                        + " times in the last 24 h for this reason",
                "all tables are loaded again from a new position, and documents without a row are deleted",
                "nothing is loaded before 24 h have passed",
                0,
                List.of(),
                null);
    }

    /** Returns whether it is the approval of a resync; a collection may be named so, too. */
    private static boolean isOurs(Approval approval) {
        return approval.subject().equals(SUBJECT) && Loss.isLabel(approval.reason());
    }

    /**
     * Records that the resync begins, if one is due; durable when this returns. A resync that was interrupted counts once.
     *
     * @param tables those that are loaded
     */
    public synchronized void begin(Collection<TableId> tables) throws IOException {
        if (!isDue()) {
            return;
        }
        Doubt doubt = doubt().orElseThrow();
        String at = doubt.begun() == null ? now().toString() : doubt.begun();
        List<Begun> begun = new ArrayList<>(stored.begun());
        begun.removeIf(each -> limit.isOld(Instant.parse(each.time())));
        if (doubt.begun() == null) {
            begun.add(new Begun(doubt.reason(), at));
        }
        save(new Stored(doubt.begun(at, tables.stream().map(TableId::toString).toList()), begun));
        limit.begun(Resync::isOurs);
        log.warn(
                "{} tables are loaded again from a new position: resync {} of {} without an approval in 24 h",
                tables.size(),
                begunBefore(doubt.reason()).size(),
                limit.max());
    }

    /** Records that the new position is stored, which changes are streamed from; durable when this returns. */
    public synchronized void fixed() throws IOException {
        if (isDue()) {
            save(new Stored(doubt().orElseThrow().withPosition(), stored.begun()));
        }
    }

    /** Returns whether the position of a resync is stored, and its tables are being loaded. */
    private boolean isLoading() {
        return doubt().filter(Doubt::fixed).isPresent();
    }

    @Override
    public void begun(TableId table) {}

    /** Ends the doubt of a table, and with the last one the resync. */
    @Override
    public synchronized void done(Load load) throws IOException {
        if (isLoading()) {
            put(doubt().orElseThrow().without(load.table().toString()));
        }
    }

    /**
     * Ends the doubts of tables of which no load is pending: a crash came between the end of the load and its record, or the
     * configuration does not contain them any more. Called at a start, when all loads were requested.
     */
    public synchronized void keep(Predicate<TableId> pending) throws IOException {
        if (isLoading()) {
            Doubt doubt = doubt().orElseThrow();
            for (String table : doubt.tables()) {
                if (!pending.test(TableId.parse(table))) {
                    doubt = doubt.without(table);
                }
            }
            if (doubt.tables().isEmpty() || !doubt.equals(stored.doubt())) {
                put(doubt);
            }
        }
    }

    private void put(Doubt doubt) throws IOException {
        boolean over = doubt.tables().isEmpty();
        save(new Stored(over ? null : doubt, stored.begun()));
        if (over) {
            log.info(
                    "all tables were loaded again: documents equal rows, {} s after the loss was found",
                    Duration.between(Instant.parse(doubt.since()), now()).toSeconds());
        }
    }

    private List<Instant> begunBefore(String reason) {
        return stored.begun().stream()
                .filter(each -> each.reason().equals(reason) && !limit.isOld(Instant.parse(each.time())))
                .map(each -> Instant.parse(each.time()))
                .toList();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void save(Stored now) throws IOException {
        file.write(now);
        stored = now;
    }
}
