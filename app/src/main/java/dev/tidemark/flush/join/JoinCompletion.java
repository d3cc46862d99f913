package dev.tidemark.flush.join;

import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Target;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.flush.write.Batch;
import dev.tidemark.flush.write.RowBudget;
import dev.tidemark.flush.write.RowLoader;
import dev.tidemark.flush.write.Visibility;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.retry.RateLimiter;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads a page of joined documents, each once, and as many at a time as there is room for. What is read is their state now, at
 * or after the changes that concern them; later changes follow in the queue, so documents converge (invariant 4). One that the
 * query does not yield is deleted if its root exists, or if the log showed that its root was deleted; otherwise nothing is
 * known of it (invariant 9). That the changes are visible was proven when they were taken up ({@link JoinedDocuments#round}).
 */
final class JoinCompletion implements RowLoader {

    private final JoinedTarget joined;
    private final RateLimiter pace;
    private final PipelineMetrics metrics;
    private final RowReader roots;
    private final Set<String> deleted;
    /** Ids that were decided on. */
    private final Set<String> read = new HashSet<>();

    private int keysAtOnce = PendingJoins.PAGE;

    /**
     * @param roots reads rows of the root
     * @param deleted documents whose roots were deleted by the last change of them in the log
     */
    JoinCompletion(
            JoinedTarget joined, RateLimiter pace, PipelineMetrics metrics, RowReader roots, Set<String> deleted) {
        this.roots = roots;
        this.deleted = deleted;
        this.joined = joined;
        this.pace = pace;
        this.metrics = metrics;
    }

    @Override
    public Completed complete(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException, InterruptedException {
        List<String> unread =
                pending.keySet().stream().filter(id -> !read.contains(id)).toList();
        if (unread.isEmpty()) {
            return Completed.ALL;
        }
        List<String> asked = unread.subList(0, Math.min(unread.size(), keysAtOnce));
        Set<String> later = new HashSet<>(unread.subList(asked.size(), unread.size()));
        pace.await();
        Batch.Write any = pending.values().iterator().next();
        Set<String> found = new HashSet<>();
        RowBudget rows = new RowBudget();
        read(target, asked, row -> {
            String id = target.ids(row.schema()).of(row);
            if (id != null && !id.isEmpty()) {
                if (!found.add(id)) {
                    throw new Ambiguous(id);
                }
                if (!read.contains(id) && !rows.keeps(row)) {
                    later.add(id);
                }
            }
        });
        keysAtOnce = Math.min(PendingJoins.PAGE, rows.nextKeys(asked.size()));
        Map<String, String[]> missing = missing(target, asked, found);
        for (Row row : rows.kept()) {
            String id = Objects.requireNonNull(target.ids(row.schema()).of(row));
            pending.put(id, pending.getOrDefault(id, any).full(row));
        }
        asked.stream().filter(id -> !later.contains(id)).forEach(read::add);
        rows.kept()
                .forEach(row -> read.add(String.valueOf(target.ids(row.schema()).of(row))));
        return new Completed(missing, later);
    }

    /** The query yields two rows for one document. */
    private static final class Ambiguous extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Ambiguous(String id) {
            super("the query yields more than one row for id " + id, null, false, false);
        }
    }

    /**
     * Returns the documents that the query does not yield and whose root was not found, either. A root that exists yields no
     * document any more, and a root whose delete is in the log does not exist any more: these documents are deleted.
     */
    private Map<String, String[]> missing(Target target, List<String> asked, Set<String> found) throws SinkException {
        DocumentIds ids = target.ids(target.tableInfo().schema());
        Map<String, String[]> missing = new LinkedHashMap<>();
        for (String id : asked) {
            String[] texts = ids.texts(id);
            if (texts != null && !found.contains(id) && !deleted.contains(id)) {
                missing.put(id, texts);
            }
        }
        try {
            if (!missing.isEmpty()) {
                List<String[]> keys = List.copyOf(missing.values());
                roots.existing(
                        target.table(),
                        target.key(),
                        keys,
                        row -> missing.remove(target.ids(row.schema()).of(row)));
            }
        } catch (SourceException e) {
            throw failure(target, String.valueOf(e.getMessage()), e.hint(), e.isRetryable(), e);
        }
        return missing;
    }

    private void read(Target target, List<String> asked, Consumer<Row> found) throws SinkException {
        List<String[]> keys = new ArrayList<>();
        for (String id : asked) {
            String[] texts = target.keyTexts(id);
            if (texts != null) {
                keys.add(texts);
            }
        }
        try {
            if (!keys.isEmpty()) {
                metrics.joinQuery(target.collection(), "documents", 1);
                joined.reader().rows(keys, found);
            }
        } catch (SourceException e) {
            throw failure(target, String.valueOf(e.getMessage()), e.hint(), e.isRetryable(), e);
        } catch (Ambiguous e) {
            throw failure(
                    target,
                    String.valueOf(e.getMessage()),
                    "aggregate what a document has several of; it is tried again, and with a corrected query after a"
                            + " restart",
                    false,
                    null);
        }
    }

    private static SinkException failure(
            Target target,
            String message,
            String hint,
            boolean retryable,
            @org.jspecify.annotations.Nullable Throwable cause) {
        return new SinkException(
                retryable ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                ROW_READ,
                "joined documents of collection " + target.collection() + " could not be read: " + message,
                hint,
                cause);
    }
}
