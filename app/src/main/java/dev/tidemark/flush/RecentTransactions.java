package dev.tidemark.flush;

import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest transactions that were flushed. Whoever reads rows on nobody's account, such as those of dead letters, must not read
 * what is older than what was flushed of them. Flush thread only.
 */
final class RecentTransactions {

    /** A database that holds back more commits than this at a time has no connections left. */
    private static final int MOST = 10_000;

    private final Deque<Transaction> newest = new ArrayDeque<>();
    private @Nullable Transaction last;

    void add(List<ChangeEvent> events) {
        for (ChangeEvent event : events) {
            Transaction transaction = event.transaction();
            if (transaction != null && transaction != last) {
                last = transaction;
                newest.add(transaction);
                if (newest.size() > MOST) {
                    newest.remove();
                }
            }
        }
    }

    /**
     * To be called before anything is read; may be called again after a failure.
     *
     * @throws dev.tidemark.connector.SourceException where one of them is not visible yet
     */
    void prove(RowReader reader) throws InterruptedException {
        if (!newest.isEmpty()) {
            reader.awaitVisible(newest);
            newest.clear();
        }
    }
}
