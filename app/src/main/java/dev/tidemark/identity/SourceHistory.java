package dev.tidemark.identity;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.approval.Approvals;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.History;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the database with the one that was read before: before each engine, with its first records, and every few seconds. A
 * contradiction is on disk before anything else happens, and only an operator ends it: it does not end because a number has
 * caught up. While it is held nothing is read, written or deleted (invariants 9 and 10). Any thread.
 */
public final class SourceHistory {

    /** The subject of its approvals. */
    static final String SUBJECT = "source";

    private static final Logger log = LoggerFactory.getLogger(SourceHistory.class);

    private final History history;
    private final HistoryFile file;
    private final Approvals approvals;
    private final Supplier<Optional<Map<String, Object>>> resumed;
    private final AtomicLong position = new AtomicLong();
    private final AtomicReference<@Nullable Transaction> transaction = new AtomicReference<>();
    private volatile boolean held;

    /** Discards everything that records how far the old history was read. */
    @FunctionalInterface
    public interface Reset {
        void run() throws IOException;
    }

    /** @param resumed the offset that the next engine resumes from; empty if the tables are loaded */
    public SourceHistory(
            History history, HistoryFile file, Approvals approvals, Supplier<Optional<Map<String, Object>>> resumed) {
        this.history = history;
        this.file = file;
        this.approvals = approvals;
        this.resumed = resumed;
        this.held = ofSource(approvals).isPresent();
    }

    /** Returns whether a contradiction is held: nothing of the queue may be written then. */
    public boolean isHeld() {
        return held;
    }

    /** Records a change that an engine hands over: the database must contain what it stands for. The engine's thread. */
    public void handedOver(ChangeEvent event) {
        position.lazySet(event.position());
        Transaction of = event.transaction();
        if (of != null) {
            transaction.lazySet(of);
        }
    }

    /**
     * Compares, and records what was found.
     *
     * @throws SourceException if the database contradicts what was read, now or before; if it is unavailable, or lags behind
     *     (retryable)
     * @throws IOException if it cannot be recorded
     */
    public synchronized void verify() throws IOException {
        Approval waiting = waiting();
        History.HandedOver last = new History.HandedOver(position.get(), transaction.get());
        History.Finding finding = history.compare(file.facts(), resumed.get().orElse(null), last);
        if (finding instanceof History.Finding.Same same) {
            continues(same.facts(), waiting);
            position.compareAndSet(last.position(), 0); // the facts hold what it stood for
            transaction.compareAndSet(last.transaction(), null);
        } else if (finding instanceof History.Finding.Behind behind) {
            throw SourceException.retryable(behind.message(), behind.hint());
        } else if (finding instanceof History.Finding.Contradiction found) {
            contradicted(found, waiting);
        }
    }

    /**
     * Compares as {@link #verify} does, before the stored offset is discarded for a load: an older history is not a contradiction
     * then. Changes nothing that is known of the history, because the load may still be rejected.
     */
    public synchronized void verifyBeforeLoad() throws IOException {
        Approval waiting = waiting();
        History.Finding finding = history.compare(file.facts(), null, History.HandedOver.NOTHING);
        if (finding instanceof History.Finding.Behind behind) {
            throw SourceException.retryable(behind.message(), behind.hint());
        }
        if (finding instanceof History.Finding.Contradiction found && found.reason() == History.Reason.IDENTITY) {
            contradicted(found, waiting);
        }
    }

    /** Returns the identity that may still turn out to be the recorded one; fails if only a decision can end what is held. */
    private @Nullable Approval waiting() {
        Approval waiting = ofSource(approvals).orElse(null);
        if (waiting != null && (!isIdentity(waiting) || waiting.verdict() != null)) {
            throw rejection(waiting); // a decision is carried out between two engines
        }
        return waiting;
    }

    private void continues(Map<String, String> facts, @Nullable Approval waiting) throws IOException {
        file.write(facts);
        if (waiting != null) {
            log.info("the database is the one that was read before: {} is over", waiting.id());
            approvals.remove(waiting.id());
        }
        held = false;
    }

    private void contradicted(History.Finding.Contradiction found, @Nullable Approval waiting) throws IOException {
        if (waiting != null) {
            throw rejection(waiting);
        }
        if (found.reason() == History.Reason.HISTORY && resumed.get().isEmpty()) {
            log.warn("{}. All tables are loaded now, so nothing depends on what was read before", found.message());
            forgetFacts();
            verify();
            return;
        }
        held = true; // before it is durable: the flush must not write meanwhile
        throw rejection(approvals.raise(approval(found)));
    }

    private static Approval approval(History.Finding.Contradiction found) {
        return new Approval(
                "",
                stored(found.reason()),
                SUBJECT,
                Instant.now().toString(),
                found.message(),
                "all tables are loaded from the database as it is now, and documents without a row are deleted",
                "nothing is loaded: the database is compared again, as after a wrong configuration was corrected",
                0,
                List.of(),
                null);
    }

    /** Returns the text under which a reason is stored and published; it does not depend on the name in Java. */
    private static String stored(History.Reason reason) {
        return switch (reason) {
            case IDENTITY -> "identity";
            case HISTORY -> "history";
        };
    }

    private static SourceException rejection(Approval approval) {
        return SourceException.fatal(
                approval.message() + " (" + approval.id() + ", since " + approval.since()
                        + "); nothing is read, written or deleted",
                "Correct the configuration or the server. To continue with this database, run 'tidemark approve -c FILE "
                        + approval.id()
                        + "' and restart: the tables are loaded again. To compare again, add --abandon.");
    }

    private static boolean isIdentity(Approval approval) {
        return approval.reason().equals(stored(History.Reason.IDENTITY));
    }

    private Optional<Approval> ofSource(Verdict verdict) {
        return ofSource(approvals).filter(each -> each.verdict() == verdict);
    }

    /**
     * Carries an operator's decision out, if one was made: nothing is left of the old history, so the next engine begins with a
     * load. Only before the first engine or between two. A crash in between repeats it.
     */
    public synchronized void carryOut(Reset reset) throws IOException {
        Approval approved = ofSource(Verdict.APPROVED).orElse(null);
        if (approved != null) {
            log.warn("{} was approved: all tables are loaded again", approved.id());
            reset.run();
            forgetFacts();
            approvals.remove(approved.id());
        }
        Approval abandoned = ofSource(Verdict.ABANDONED).orElse(null);
        if (abandoned != null) {
            approvals.remove(abandoned.id());
        }
        held = ofSource(approvals).isPresent();
    }

    /** Forgets the facts and the last position: a position of the old history would contradict the new one indefinitely. */
    private void forgetFacts() throws IOException {
        file.remove();
        position.set(0);
        transaction.set(null);
    }

    /** Forgets the facts and what is held, as if nothing had ever been read; of a pipeline that does not run. */
    public static void forget(Approvals approvals, Path state) throws IOException {
        Approval approval = ofSource(approvals).orElse(null);
        if (approval != null) {
            approvals.remove(approval.id());
        }
        HistoryFile.remove(state);
    }

    private static Optional<Approval> ofSource(Approvals approvals) {
        return approvals.all().stream()
                .filter(each -> each.subject().equals(SUBJECT))
                .findFirst();
    }

    /** Compares without changing anything, and returns the finding for {@code check}. */
    public static Check inspect(
            History history, HistoryFile file, Approvals approvals, @Nullable Map<String, Object> resumed) {
        Approval waiting =
                ofSource(approvals).filter(each -> each.verdict() == null).orElse(null);
        if (waiting != null && !isIdentity(waiting)) {
            SourceException rejection = rejection(waiting);
            return Check.failed("history", String.valueOf(rejection.getMessage()), rejection.hint());
        }
        try {
            return check(history.compare(file.facts(), resumed, History.HandedOver.NOTHING), resumed == null);
        } catch (SourceException e) {
            return Check.unreachable("history", String.valueOf(e.getMessage()), e.hint());
        }
    }

    private static Check check(History.Finding finding, boolean loads) {
        if (finding instanceof History.Finding.Contradiction found) {
            return loads && found.reason() == History.Reason.HISTORY
                    ? Check.warning("history", found.message(), "The next start loads all tables.")
                    : Check.failed(
                            "history",
                            found.message(),
                            "Correct the configuration or the server. To continue with this database, start Tidemark, then"
                                    + " approve what it holds: tidemark approve -c FILE --list");
        }
        return finding instanceof History.Finding.Behind behind
                ? Check.unreachable("history", behind.message(), behind.hint())
                : Check.ok("history", "the database continues what was read before, if anything was");
    }
}
