package dev.tidemark.flush.write;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of changes for which the database may be queried. A change is in the log before other sessions see it,
 * so what is read without a proof may be older than the change (invariant 4), and would stay. One thread at a time.
 */
public final class Visibility {

    private final Deque<Transaction> unproven = new ArrayDeque<>();
    private @Nullable Transaction last;

    /**
     * Adds the transaction of a change. The changes of one transaction are adjacent in the log, so this costs next to nothing for
     * each of them.
     */
    public void add(ChangeEvent event) {
        Transaction transaction = event.transaction();
        if (transaction != null && transaction != last) {
            unproven.add(transaction);
            last = transaction;
        }
    }

    /** Discards the oldest ones above a limit. */
    public void keepNewest(int most) {
        while (unproven.size() > most) {
            unproven.remove();
        }
    }

    /**
     * Waits until all of them are visible, before anything is read; may be called again after a failure.
     *
     * @throws dev.tidemark.connector.SourceException if one of them is not visible yet
     */
    public void prove(RowReader reader) throws InterruptedException {
        if (!unproven.isEmpty()) {
            reader.awaitVisible(unproven);
            clear();
        }
    }

    /** Returns those that are possibly not visible yet. */
    public List<Transaction> unproven() {
        return List.copyOf(unproven);
    }

    public void clear() {
        unproven.clear();
        last = null;
    }
}
