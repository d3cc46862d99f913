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
 * What an earlier process flushed: a row that is read on no change's account must not be older than that (invariant 2), and which
 * transactions they were is not known any more. So those are asked for that the stored offset may count and other sessions may not see. Proven
 * once, for what came since is in {@link Visibility}. One thread at a time.
 */
public final class PriorRunVisibility {

    private final RowReader reader;
    private final Supplier<Optional<Map<String, Object>>> stored;
    /** Null: not asked for yet. */
    private @Nullable Collection<Transaction> hidden;

    /** @param stored the offset that is stored */
    public PriorRunVisibility(RowReader reader, Supplier<Optional<Map<String, Object>>> stored) {
        this.reader = reader;
        this.stored = stored;
    }

    /** What an earlier process flushed is of a history that is over: there is nothing to wait for. */
    public void forget() {
        hidden = List.of();
    }

    /**
     * Returns when everything flushed, by this process or an earlier one, is visible; as {@link #prove()} otherwise.
     *
     * @param flushed what this process flushed
     */
    public void proveWith(Visibility flushed) throws InterruptedException {
        flushed.prove(reader);
        prove();
    }

    /**
     * To be called before such a row is read; may be called again after a failure.
     *
     * @throws dev.tidemark.connector.SourceException where something is not visible yet, or the database cannot be asked
     */
    public void prove() throws InterruptedException {
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
