package dev.tidemark.flush.join;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.write.CollectionFlush;
import dev.tidemark.flush.write.CollectionWrites;
import dev.tidemark.flush.write.RowLoader;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.health.Health;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.retry.RateLimiter;
import dev.tidemark.retry.RetryLoop;
import dev.tidemark.trace.TraceBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pending documents of all joined collections. A batch marks documents; they are read and written in pages, in one or more
 * turns of the flush thread, so that other tables' changes come between the pages if many are pending. Until all documents of
 * a batch are written, its offset is not committed (invariant 1). Flush thread only.
 */
public final class JoinedDocuments {

    /** Limit of pending documents and rows; above it the source waits (invariant 3). */
    private static final int MOST = 50_000;

    private final List<PendingJoins> allPending;
    private final Map<TableId, Set<JoinMarking>> byTable = new HashMap<>();
    private final RateLimiter pace;
    private final PipelineMetrics metrics;
    private final Config.OnReject onReject;
    private final RowReader reader;
    private final Visibility visibility = new Visibility();
    private volatile long oldestCommitMillis = Long.MAX_VALUE;

    public JoinedDocuments(
            Joins joins, RowReader reader, PipelineMetrics metrics, Config.OnReject onReject, TraceBuffer traces) {
        this.allPending =
                joins.targets().stream().map(of -> new PendingJoins(of, traces)).toList();
        this.pace = new RateLimiter(joins.queriesPerSecond());
        this.reader = reader;
        this.metrics = metrics;
        this.onReject = onReject;
        for (PendingJoins pendingJoins : allPending) {
            Join join = pendingJoins.joined().join();
            JoinMarking marking = new JoinMarking(pendingJoins.joined(), pendingJoins);
            byTable.computeIfAbsent(join.root(), table -> new LinkedHashSet<>()).add(marking);
            for (Join.Dependency dependency : join.dependencies()) {
                byTable.computeIfAbsent(dependency.table(), table -> new LinkedHashSet<>())
                        .add(marking);
            }
        }
    }

    /** Marks what the changes of a batch concern; batches have ascending numbers. */
    public void mark(long batch, List<ChangeEvent> events) {
        if (allPending.isEmpty()) {
            return;
        }
        for (ChangeEvent event : events) {
            if (event.change() instanceof Change.OfTable change) {
                for (JoinMarking marking : byTable.getOrDefault(change.table(), Set.of())) {
                    marking.mark(batch, event, change);
                    visibility.add(event);
                }
            }
        }
        remember();
    }

    /**
     * Returns the pages of one round, ready to be written: a part of the pending documents of each collection. May be empty
     * although more are pending.
     */
    public List<CollectionFlush> round(RetryLoop persistence) throws InterruptedException {
        persistence.persist("joined documents", Health.Part.FLUSH, () -> visibility.prove(reader));
        List<CollectionFlush> pages = new ArrayList<>();
        for (PendingJoins pendingJoins : allPending) {
            Target target = pendingJoins.joined().target();
            if (pendingJoins.isSearching()) {
                persistence.persist("documents of " + target.collection(), Health.Part.FLUSH, () -> {
                    pace.await();
                    metrics.joinQuery(target.collection(), "ids", 1);
                    pendingJoins.find();
                });
            }
            CollectionWrites page = pendingJoins.nextPage();
            if (page != null) {
                JoinCompletion completion =
                        new JoinCompletion(pendingJoins.joined(), pace, metrics, reader, pendingJoins.deletedOfPage());
                pages.add(new CollectionFlush(page, completion, onReject, true));
            }
        }
        return pages;
    }

    /** Returns the loader of a page of the target's documents, null if it is not a joined one. */
    @Nullable
    public RowLoader completion(Target target) {
        return allPending.stream()
                .map(PendingJoins::joined)
                .filter(joined -> joined.target() == target)
                .findFirst()
                .map(joined -> new JoinCompletion(joined, pace, metrics, reader, Set.of()))
                .orElse(null);
    }

    /** Updates the commit time of the oldest change; to be called when the pages of {@link #round} are durable. */
    public void remember() {
        oldestCommitMillis =
                oldest().mapToLong(mark -> mark.event().commitMillis()).min().orElse(Long.MAX_VALUE);
    }

    private Stream<PendingJoins.Mark> oldest() {
        return allPending.stream().flatMap(pendingJoins -> Stream.ofNullable(pendingJoins.oldest()));
    }

    public boolean hasPending() {
        return oldest().findAny().isPresent();
    }

    /** Returns whether no further batch is to be taken before some pending documents are written. */
    public boolean isFull() {
        return allPending.stream().mapToInt(PendingJoins::size).sum() > MOST;
    }

    /** Returns the number of the oldest batch with pending documents; {@link Long#MAX_VALUE} if there is none. */
    public long oldestBatch() {
        return oldest().mapToLong(PendingJoins.Mark::batch).min().orElse(Long.MAX_VALUE);
    }

    /** Returns the commit time of the oldest change with pending documents; {@link Long#MAX_VALUE} if none is. Any thread. */
    public long oldestCommitMillis() {
        return oldestCommitMillis;
    }

    /** Discards everything: all of it will be sent again. */
    public void clear() {
        allPending.forEach(PendingJoins::clear);
        visibility.clear();
        remember();
    }
}
