package dev.tidemark.flush.write;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Visibility of what an earlier process flushed: a row that is read without a change that caused it must not be older than
 * that (invariant 2), and which transactions they were is not known any more. So the database is queried for those that the
 * stored offset may include and other sessions possibly do not see. Proven once, as what came since is in {@link Visibility}.
 * Thread-safe.
 */
public final class PriorRunVisibility {

    private final RowReader reader;
    private final Supplier<Optional<Map<String, Object>>> stored;
    /** Null: not queried yet. */
    private @Nullable Collection<Transaction> hidden;

    /** @param stored the offset that is stored */
    public PriorRunVisibility(RowReader reader, Supplier<Optional<Map<String, Object>>> stored) {
        this.reader = reader;
        this.stored = stored;
    }

    /** Queries the database again at the next proof: for another offset, there are others. */
    public synchronized void renew() {
        hidden = null;
    }

    /** Forgets what an earlier process flushed: it is of a history that is over, so there is nothing to wait for. */
    public synchronized void forget() {
        hidden = List.of();
    }

    /**
     * Returns when everything flushed, by this process or an earlier one, is visible; fails as {@link #prove()} otherwise.
     *
     * @param flushed what this process flushed
     */
    public void proveWith(Visibility flushed) throws InterruptedException {
        flushed.prove(reader);
        prove();
    }

    /**
     * Waits until what an earlier process flushed is visible, before such a row is read; may be called again after a failure.
     *
     * @throws dev.tidemark.connector.SourceException if something is not visible yet, or the database cannot be queried
     */
    public synchronized void prove() throws InterruptedException {
        Collection<Transaction> left = hidden;
        if (left == null) {
            Map<String, Object> offset = stored.get().orElse(null);
            left = offset == null ? List.of() : reader.hiddenBefore(offset);
            hidden = left;
        }
        if (!left.isEmpty()) {
            reader.awaitVisible(left);
            hidden = List.of();
        }
    }
}
