package dev.tidemark.flush.reload;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.write.MappedDocuments;
import dev.tidemark.flush.write.PriorRunVisibility;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.load.TableSnapshot;
import dev.tidemark.load.TableSnapshots;
import dev.tidemark.load.TableSnapshots.Phase;
import dev.tidemark.sink.SinkException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reloads the tables of {@link TableSnapshots}, a page between two batches. Flush thread only, which ensures invariant 2: of a
 * row, all that was flushed before is proven to be visible before the row is read, and all that happens to it later is in the
 * queue or follows there.
 *
 * <p>No position in the source's log depends on a page, and nothing of a page is sent again by the source. So a page only counts
 * when its documents are durable, those that are joined from it among them; until then, it is re-read after an engine's end or a
 * crash.
 */
public final class TableReading {

    private static final int PAGE = 2_000;
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
    /** A page may take as long as a query is allowed to: what fails again and again must leave the flush to the changes. */
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    /**
     * Rows that were read.
     *
     * @param rows as changes of their table, to be written in full
     * @param then how far the table is when they are durable
     * @param last whether no rows are left after these
     */
    public record Page(List<ChangeEvent> rows, TableSnapshot then, boolean last) {}

    private final TableSnapshots snapshots;
    private final Targets targets;
    private final RowReader reader;
    private final Config.Flush limits;
    private final PriorRunVisibility before;

    private @Nullable Page written;
    private long batch;
    /** The table whose rows are all durable, and whose other documents are to be deleted. */
    private @Nullable TableSnapshot read;

    private final Map<TableId, Failure> failures = new HashMap<>();

    /**
     * A failed reading or sweep that is to be retried.
     *
     * @param requested when the reload was requested
     * @param tryAgain not before
     */
    private record Failure(Instant requested, Duration retry, long tryAgain) {}

    /** Deletes a collection's documents without a row. */
    @FunctionalInterface
    public interface Sweeper {
        void sweep(Target target) throws SinkException, InterruptedException, IOException;
    }

    public TableReading(
            TableSnapshots snapshots,
            Targets targets,
            RowReader reader,
            Config.Flush limits,
            PriorRunVisibility before) {
        this.snapshots = snapshots;
        this.targets = targets;
        this.reader = reader;
        this.limits = limits;
        this.before = before;
    }

    /** Returns whether there is something to do at once. */
    public boolean isDue() {
        TableSnapshot snapshot = snapshots.current();
        return snapshot != null && !isPut(snapshot);
    }

    /** Returns whether a table is read, waits for it, or its end is not recorded yet. */
    public boolean isActive() {
        return snapshots.current() != null || written != null || read != null;
    }

    /** Returns whether the table is not to be retried yet. */
    private boolean isPut(TableSnapshot snapshot) {
        Failure failure = failure(snapshot);
        return failure != null && System.nanoTime() - failure.tryAgain() < 0;
    }

    private @Nullable Failure failure(TableSnapshot snapshot) {
        Failure failure = failures.get(snapshot.table());
        return failure != null && failure.requested().equals(snapshot.requested()) ? failure : null;
    }

    /** Discards what was written and is not known to be durable: it will be re-read. */
    public void forget() {
        written = null;
    }

    /**
     * Returns the next page of the table whose turn it is; null if there is none, or none can be read now.
     *
     * @param position of what was flushed last
     */
    @Nullable
    public Page read(Visibility flushed, long position) throws InterruptedException, IOException {
        TableSnapshot snapshot = snapshots.current();
        if (snapshot == null || written != null || read != null || isPut(snapshot)) {
            return null;
        }
        try {
            before.proveWith(flushed);
            snapshots.reading(snapshot.table());
            Page page = read(snapshot, position);
            failures.remove(snapshot.table());
            return page;
        } catch (SourceException e) {
            failed(snapshot, e.getMessage(), e.hint(), e.isRetryable());
        } catch (RuntimeException e) {
            failed(snapshot, MappedDocuments.FAULT + e, "", false);
        }
        return null;
    }

    /**
     * Deletes documents without a row, once all rows are durable. If that fails, it is tried again later, and changes continue
     * meanwhile.
     *
     * @throws IOException if the end of the reload cannot be stored
     */
    public void sweep(Sweeper sweeper) throws InterruptedException, IOException {
        TableSnapshot snapshot = read;
        if (snapshot != null && !snapshots.isWanted(snapshot)) {
            read = null;
        } else if (snapshot != null && snapshots.current() != null && !isPut(snapshot)) {
            sweep(snapshot, sweeper);
        }
    }

    private void sweep(TableSnapshot snapshot, Sweeper sweeper) throws InterruptedException, IOException {
        try {
            for (Target target : targets(snapshot.table())) {
                if (!snapshots.isWanted(snapshot)) {
                    return;
                }
                sweeper.sweep(target);
            }
            snapshots.observer().done(snapshot.table()); // a crash after it only sweeps again
            snapshots.ended(snapshot, Phase.DONE, null);
            read = null;
            failures.remove(snapshot.table());
        } catch (SinkException e) {
            failed(snapshot, e.getMessage(), e.hint(), e.kind() != SinkException.Kind.FATAL);
        } catch (SourceException e) {
            failed(snapshot, e.getMessage(), e.hint(), e.isRetryable());
        } catch (RuntimeException e) {
            failed(snapshot, MappedDocuments.FAULT + e, "", false);
        }
    }

    private void failed(TableSnapshot snapshot, @Nullable String message, String hint, boolean retryable)
            throws IOException {
        String problem = message + (hint.isEmpty() ? "" : "; " + hint);
        if (!retryable && (!snapshot.automatic() || !isKnown(snapshot.table()))) {
            snapshots.ended(snapshot, Phase.FAILED, problem);
            read = null;
            failures.remove(snapshot.table());
            return;
        }
        snapshots.delayed(snapshot.table(), problem);
        Failure before = failure(snapshot);
        Duration retry = before == null ? FIRST_RETRY : longer(before.retry());
        if (!retryable) { // it has no operator who would request it again
            retry = LONGEST_RETRY;
            snapshots.postponed(snapshot.table());
            read = null;
        }
        failures.put(snapshot.table(), new Failure(snapshot.requested(), retry, System.nanoTime() + retry.toNanos()));
    }

    private static Duration longer(Duration retry) {
        Duration twice = retry.multipliedBy(2);
        return twice.compareTo(LONGEST_RETRY) < 0 ? twice : LONGEST_RETRY;
    }

    private Page read(TableSnapshot snapshot, long position) throws InterruptedException {
        TableInfo table = table(snapshot.table());
        List<ChangeEvent> rows = new ArrayList<>();
        long now = System.currentTimeMillis();
        long[] bytes = {0};
        Row[] last = new Row[1];
        int limit = Math.min(PAGE, limits.documents());
        Object[] after = after(snapshot, table);
        if (after == null) {
            snapshots.observer().begun(snapshot.table());
        }
        reader.after(snapshot.table(), table.key(), after, limit, row -> {
            int size = RowBytes.of(row);
            rows.add(new ChangeEvent(
                    new Change.Upsert(null, row, Change.Upsert.Cause.SNAPSHOT), position, now, null, size));
            last[0] = row;
            bytes[0] += size;
            return bytes[0] < limits.bytes(); // invariant 3
        });
        boolean more = rows.size() == limit || bytes[0] >= limits.bytes();
        TableSnapshot from = after == null
                ? TableSnapshot.begin(snapshot.table(), snapshot.requested(), snapshot.automatic())
                : snapshot;
        TableSnapshot then = rows.isEmpty() ? from : from.upTo(table.key(), texts(table, last[0]), rows.size());
        return new Page(rows, then, !more);
    }

    private boolean isKnown(TableId table) {
        return targets.tables().stream().anyMatch(info -> info.schema().table().equals(table));
    }

    private TableInfo table(TableId table) {
        return targets.tables().stream()
                .filter(info -> info.schema().table().equals(table))
                .findFirst()
                .orElseThrow(() -> SourceException.fatal(
                        "no document of the configuration comes from table " + table + " any more", ""));
    }

    private static List<String> texts(TableInfo table, Row row) {
        List<String> texts = new ArrayList<>();
        for (String name : table.key()) {
            int index = row.schema().indexOf(name);
            Column column = row.schema().columns().get(index);
            texts.add(KeyText.of(column.type().kind(), Objects.requireNonNull(row.get(index))));
        }
        return texts;
    }

    /**
     * Returns the key values after which the reading continues; null if nothing was read yet, or the key is another one by now:
     * then it begins again.
     */
    private static Object @Nullable [] after(TableSnapshot snapshot, TableInfo table) {
        RowSchema schema = table.schema();
        List<String> texts = snapshot.after();
        if (texts.isEmpty() || !snapshot.key().equals(table.key())) {
            return null;
        }
        Object[] values = new Object[texts.size()];
        for (int i = 0; i < values.length; i++) {
            int index = schema.indexOf(table.key().get(i));
            Object value = index < 0
                    ? null
                    : KeyText.parse(schema.columns().get(index).type().kind(), texts.get(i));
            if (value == null && snapshot.automatic()) {
                return null;
            }
            if (value == null) {
                throw SourceException.fatal(
                        "the place to which table " + snapshot.table() + " was read, " + snapshot.key() + " " + texts
                                + ", is none of its keys any more",
                        "request its snapshot again");
            }
            values[i] = value;
        }
        return values;
    }

    /** Records that the page was written; joined documents may be pending for this batch. */
    public void written(Page page, long inBatch) {
        written = page;
        batch = inBatch;
    }

    /**
     * Stores how far the table is.
     *
     * @param oldestPending the oldest batch with pending joined documents
     */
    public void advance(long oldestPending) throws IOException {
        Page page = written;
        if (page == null || oldestPending <= batch) {
            return;
        }
        boolean wanted = snapshots.advanced(page.then());
        written = null;
        if (wanted && page.last() && snapshots.sweeping(page.then())) {
            read = page.then();
        }
    }

    /** Returns the collections that hold documents of the table. */
    private List<Target> targets(TableId table) {
        return targets.all().stream()
                .filter(target -> target.table().equals(table))
                .toList();
    }
}
