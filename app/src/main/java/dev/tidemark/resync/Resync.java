package dev.tidemark.resync;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.data.TableId;
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

    private static final Duration WINDOW = Duration.ofHours(24);
    /** Pauses before the second resync of the same reason in a day, the third, and all further ones. */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(60));

    private final ResyncFile file;
    private final Approvals approvals;
    private final int maxAutomatic;
    private final boolean enabled;
    private final Clock clock;
    private Stored stored;

    private Resync(
            ResyncFile file, Stored stored, Approvals approvals, int maxAutomatic, boolean enabled, Clock clock) {
        this.file = file;
        this.stored = stored;
        this.approvals = approvals;
        this.maxAutomatic = maxAutomatic;
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
        return new Resync(file, file.read(), approvals, maxAutomatic, enabled, clock);
    }

    /** Returns whether a loss is to be followed by a load of all tables without an operator. */
    public boolean isAutomatic(@Nullable Loss loss) {
        return enabled && loss != null;
    }

    /** Returns whether the documents of a table are in doubt for a reason. */
    public boolean isInDoubt(TableId table, Loss reason) {
        return doubt().filter(doubt -> doubt.reason().equals(reason.label()) && doubt.concerns(table.toString()))
                .isPresent();
    }

    /** Returns the doubt that has not ended; empty if there is none. */
    public synchronized Optional<Doubt> doubt() {
        return enabled ? Optional.ofNullable(stored.doubt()) : Optional.empty();
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
        Approval approval = approval().orElse(null);
        if (approval != null && approval.verdict() == Verdict.APPROVED) {
            return new Turn.Now();
        }
        if (approval != null && approval.verdict() == null) {
            return new Turn.Waiting(approval);
        }
        if (before.size() >= maxAutomatic) {
            if (approval == null) {
                return new Turn.Waiting(approvals.raise(approval(doubt, before.size())));
            }
            Instant last = before.isEmpty() ? Instant.parse(doubt.since()) : before.get(before.size() - 1);
            if (now().isBefore(last.plus(WINDOW))) {
                return new Turn.Later(last.plus(WINDOW));
            }
            approvals.remove(approval.id()); // it was abandoned a day ago
            return turn();
        }
        if (before.isEmpty()) {
            return new Turn.Now();
        }
        Instant at = Instant.parse(doubt.since()).plus(PAUSES.get(Math.min(before.size(), PAUSES.size()) - 1));
        return now().isBefore(at) ? new Turn.Later(at) : new Turn.Now();
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

    private Optional<Approval> approval() {
        return approvals.all().stream()
                .filter(each ->
                        each.subject().equals(SUBJECT) && Loss.isLabel(each.reason())) // a collection may be named so
                .findFirst();
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
        begun.removeIf(each -> isOld(each.time()));
        if (doubt.begun() == null) {
            begun.add(new Begun(doubt.reason(), at));
        }
        save(new Stored(doubt.begun(at, tables.stream().map(TableId::toString).toList()), begun));
        Approval approval = approval().orElse(null);
        if (approval != null) {
            approvals.remove(approval.id());
        }
        log.warn(
                "{} tables are loaded again from a new position: resync {} of {} without an approval in 24 h",
                tables.size(),
                begunBefore(doubt.reason()).size(),
                maxAutomatic);
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
    public synchronized void done(TableId table) throws IOException {
        if (isLoading()) {
            put(doubt().orElseThrow().without(table.toString()));
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
                .filter(each -> each.reason().equals(reason) && !isOld(each.time()))
                .map(each -> Instant.parse(each.time()))
                .toList();
    }

    private boolean isOld(String time) {
        return !Instant.parse(time).plus(WINDOW).isAfter(now());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void save(Stored now) throws IOException {
        file.write(now);
        stored = now;
    }
}
