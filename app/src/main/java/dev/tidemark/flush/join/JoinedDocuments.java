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
 * What all joined collections are owed. A batch marks documents; they are read and written in pages, in one or more turns of
 * the flush thread, so that other tables' changes come between the pages of a large debt. Until a batch's debt is paid, its
 * offset is not committed (invariant 1). Flush thread only.
 */
public final class JoinedDocuments {

    /** More than this is not owed at a time: then the source waits (invariant 3). */
    private static final int MOST = 50_000;

    private final List<PendingJoins> debts;
    private final Map<TableId, Set<JoinMarking>> byTable = new HashMap<>();
    private final RateLimiter pace;
    private final PipelineMetrics metrics;
    private final Config.OnReject onReject;
    private final RowReader reader;
    private final Visibility visibility = new Visibility();
    private volatile long oldestCommitMillis = Long.MAX_VALUE;

    public JoinedDocuments(
            Joins joins, RowReader reader, PipelineMetrics metrics, Config.OnReject onReject, TraceBuffer traces) {
        this.debts =
                joins.targets().stream().map(of -> new PendingJoins(of, traces)).toList();
        this.pace = new RateLimiter(joins.queriesPerSecond());
        this.reader = reader;
        this.metrics = metrics;
        this.onReject = onReject;
        for (PendingJoins debt : debts) {
            Join join = debt.joined().join();
            JoinMarking marking = new JoinMarking(debt.joined(), debt);
            byTable.computeIfAbsent(join.root(), table -> new LinkedHashSet<>()).add(marking);
            for (Join.Dependency dependency : join.dependencies()) {
                byTable.computeIfAbsent(dependency.table(), table -> new LinkedHashSet<>())
                        .add(marking);
            }
        }
    }

    /** Marks what the changes of a batch concern; batches have ascending numbers. */
    public void mark(long batch, List<ChangeEvent> events) {
        if (debts.isEmpty()) {
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

    /** Makes a part of each debt ready to be written: the pages of one round. May be empty although more is owed. */
    public List<CollectionFlush> round(RetryLoop persistence) throws InterruptedException {
        persistence.persist("joined documents", Health.Part.FLUSH, () -> visibility.prove(reader));
        List<CollectionFlush> pages = new ArrayList<>();
        for (PendingJoins debt : debts) {
            Target target = debt.joined().target();
            if (debt.isSearching()) {
                persistence.persist("documents of " + target.collection(), Health.Part.FLUSH, () -> {
                    pace.await();
                    metrics.joinQuery(target.collection(), "ids", 1);
                    debt.find();
                });
            }
            CollectionWrites page = debt.nextPage();
            if (page != null) {
                JoinCompletion completion =
                        new JoinCompletion(debt.joined(), pace, metrics, reader, debt.deletedOfPage());
                pages.add(new CollectionFlush(page, completion, onReject, true));
            }
        }
        return pages;
    }

    /** What reads a page of the target's documents, null if it is no joined one. */
    @Nullable
    public RowLoader completion(Target target) {
        return debts.stream()
                .map(PendingJoins::joined)
                .filter(joined -> joined.target() == target)
                .findFirst()
                .map(joined -> new JoinCompletion(joined, pace, metrics, reader, Set.of()))
                .orElse(null);
    }

    /** To be called after what {@link #round} gave was made durable. */
    public void remember() {
        oldestCommitMillis =
                oldest().mapToLong(mark -> mark.event().commitMillis()).min().orElse(Long.MAX_VALUE);
    }

    private Stream<PendingJoins.Mark> oldest() {
        return debts.stream().flatMap(debt -> Stream.ofNullable(debt.oldest()));
    }

    public boolean isOwed() {
        return oldest().findAny().isPresent();
    }

    /** Whether no further batch may be taken before some is paid. */
    public boolean isFull() {
        return debts.stream().mapToInt(PendingJoins::size).sum() > MOST;
    }

    /** The number of the oldest batch that is owed something; {@link Long#MAX_VALUE} if none is. */
    public long oldestBatch() {
        return oldest().mapToLong(PendingJoins.Mark::batch).min().orElse(Long.MAX_VALUE);
    }

    /** When the oldest change whose documents are not durable was committed; {@link Long#MAX_VALUE} if none is. Any thread. */
    public long oldestCommitMillis() {
        return oldestCommitMillis;
    }

    /** Forgets everything: all of it will be sent again. */
    public void clear() {
        debts.forEach(PendingJoins::clear);
        visibility.clear();
        remember();
    }
}
