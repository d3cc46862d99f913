package dev.tidemark.connector.postgres.log;

import dev.tidemark.connector.History;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.postgres.connection.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares a cluster with the one that was read before. What proves another history: docs/decisions/0035-identities.md.
 */
public final class PostgresHistory implements History {

    private static final String SLOT = "slot";

    private final Database database;
    private final String slot;

    public PostgresHistory(Database database, String slot) {
        this.database = database;
        this.slot = slot;
    }

    @Override
    public Finding compare(Map<String, String> recorded, @Nullable Map<String, ?> storedOffset, HandedOver handedOver) {
        if (!recorded.isEmpty() && !recorded.containsKey("database")) {
            return new Finding.Contradiction(
                    Reason.IDENTITY, database + " is of another kind than the database that was read before");
        }
        HistoryFacts before = slot.equals(recorded.get(SLOT)) || recorded.isEmpty()
                ? HistoryFacts.parse(recorded)
                : Objects.requireNonNull(HistoryFacts.parse(recorded)).withoutSlot();
        HistoryFacts now = read();
        Long stored = storedOffset == null ? null : ResumeOffsets.lsn(storedOffset);
        long read = Math.max(stored == null ? 0 : stored, handedOver.position());
        Finding other = before == null ? null : identity(before, now);
        if (other == null) {
            other = now.standby() ? standby(before, now, read) : primary(before, now, read);
        }
        if (other != null) {
            return other;
        }
        Map<String, String> facts = now.texts();
        facts.put(SLOT, slot);
        return new Finding.Same(facts);
    }

    /** Reads the facts. Every failure is retryable: if the operator has to act, the preflight reports all that is wrong. */
    private HistoryFacts read() {
        try {
            return database.ask(connection -> HistoryFacts.read(connection, slot));
        } catch (SourceException e) {
            throw SourceException.retryable(
                    "the history of " + database + " cannot be compared: " + e.getMessage(), e.hint(), e);
        }
    }

    private @Nullable Finding identity(HistoryFacts before, HistoryFacts now) {
        if (before.system() != null && now.system() != null && !before.system().equals(now.system())) {
            return new Finding.Contradiction(
                    Reason.IDENTITY,
                    database + " belongs to another cluster: system identifier " + now.system() + ", stored is "
                            + before.system());
        }
        if (!before.database().equals(now.database())) {
            return new Finding.Contradiction(
                    Reason.IDENTITY,
                    database + " is another database, or was created again: its oid is " + now.database()
                            + ", stored is " + before.database());
        }
        return null;
    }

    private @Nullable Finding standby(@Nullable HistoryFacts before, HistoryFacts now, long read) {
        if (before != null && now.timeline() < before.timeline()) {
            return earlierTimeline(before, now);
        }
        if (now.end() < read) {
            return new Finding.Behind(
                    database + " is a standby that has replayed its log up to " + Lsn.text(now.end()) + "; stored is "
                            + Lsn.text(read),
                    "Wait until it has caught up.");
        }
        return null;
    }

    private @Nullable Finding primary(@Nullable HistoryFacts before, HistoryFacts now, long read) {
        long known = Math.max(read, before == null ? 0 : before.flushed());
        if (before == null || before.timeline() == now.timeline()) {
            return sameTimeline(before, now, known);
        }
        return now.timeline() < before.timeline() ? earlierTimeline(before, now) : switched(before, now, known);
    }

    private Finding earlierTimeline(HistoryFacts before, HistoryFacts now) {
        return history("its timeline is " + now.timeline() + ", stored is timeline " + before.timeline());
    }

    private @Nullable Finding sameTimeline(@Nullable HistoryFacts before, HistoryFacts now, long known) {
        if (now.end() < known) {
            return history("its log ends at " + Lsn.text(now.end()) + ", and was read up to " + Lsn.text(known));
        }
        if (before == null) {
            return null;
        }
        // Each start begins with a checkpoint behind everything that was on disk before it.
        Long checkpoint = now.checkpoint();
        if (now.started() != before.started() && !before.standby() && checkpoint != null && checkpoint < known) {
            return history("it was started from a checkpoint at " + Lsn.text(checkpoint)
                    + ", and its log had been on disk up to " + Lsn.text(known) + " before");
        }
        Long was = before.restart();
        Long is = now.restart();
        if (was != null && is != null && is < was && !before.standby()) {
            return history(
                    "slot " + slot + " needs the log from " + Lsn.text(is) + " on, and before from " + Lsn.text(was));
        }
        return null;
    }

    private @Nullable Finding switched(HistoryFacts before, HistoryFacts now, long known) {
        Long at = switchPoint(before.timeline(), now.timeline());
        if (at == null) {
            return history("its timeline " + now.timeline() + " does not descend from timeline " + before.timeline()
                    + ", which was read");
        }
        return at >= known
                ? null
                : history("its timeline " + now.timeline() + " left timeline " + before.timeline() + " at "
                        + Lsn.text(at) + ", which had been written up to " + Lsn.text(known) + " before");
    }

    /**
     * Returns the LSN at which a timeline was left by those that lead to another; {@code null} if it is not among its ancestors.
     */
    private @Nullable Long switchPoint(long from, long to) {
        try (Connection connection = database.openReplication()) {
            return TimelineHistory.read(connection, to).leftAt(from);
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    private Finding history(String found) {
        return new Finding.Contradiction(Reason.HISTORY, database + " was put back in time, or is a fork: " + found);
    }
}
