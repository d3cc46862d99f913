package dev.tidemark.flush.write;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of changes on whose account the database may be asked. A change is in the log before other sessions see it,
 * so what is read without a proof may be older than the change (invariant 4), and would stay. One thread at a time.
 */
public final class Visibility {

    private final Deque<Transaction> unproven = new ArrayDeque<>();
    private @Nullable Transaction last;

    /** The changes of one transaction stand together in the log, so this costs next to nothing for each of them. */
    public void add(ChangeEvent event) {
        Transaction transaction = event.transaction();
        if (transaction != null && transaction != last) {
            unproven.add(transaction);
            last = transaction;
        }
    }

    /** Forgets the oldest above so many. */
    public void keepNewest(int most) {
        while (unproven.size() > most) {
            unproven.remove();
        }
    }

    /**
     * To be called before anything is read; may be called again after a failure.
     *
     * @throws dev.tidemark.connector.SourceException where one of them is not visible yet
     */
    public void prove(RowReader reader) throws InterruptedException {
        if (!unproven.isEmpty()) {
            reader.awaitVisible(unproven);
            clear();
        }
    }

    public void clear() {
        unproven.clear();
        last = null;
    }
}
