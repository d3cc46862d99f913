package dev.tidemark.flush;

import dev.tidemark.connector.Row;
import dev.tidemark.connector.SourceException;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.sink.SinkException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a page of joined documents, once. What is read is their state now, at or after the changes that concern them; later
 * changes follow in the queue, so documents converge (invariant 4). One that the query does not yield is deleted. That the
 * changes are visible was proven when they were taken up ({@link JoinedDocuments#round}).
 */
final class JoinCompletion implements Completion {

    private final JoinedTarget joined;
    private final QueryPace pace;
    private final PipelineMetrics metrics;
    private boolean read;

    JoinCompletion(JoinedTarget joined, QueryPace pace, PipelineMetrics metrics) {
        this.joined = joined;
        this.pace = pace;
        this.metrics = metrics;
    }

    @Override
    public void complete(Target target, Map<String, Batch.Write> pending, Visibility visibility)
            throws SinkException, InterruptedException {
        if (read || pending.isEmpty()) {
            return;
        }
        pace.await();
        Map<String, Row> found = read(target, pending);
        Batch.Write any = pending.values().iterator().next();
        found.forEach((id, row) -> pending.put(id, pending.getOrDefault(id, any).whole(row)));
        read = true;
    }

    private Map<String, Row> read(Target target, Map<String, Batch.Write> pending) throws SinkException {
        List<String[]> keys = new ArrayList<>();
        for (String id : pending.keySet()) {
            String[] texts = target.ids(target.tableInfo().schema()).texts(id);
            if (texts != null) {
                keys.add(texts);
            }
        }
        List<Row> rows = new ArrayList<>();
        try {
            metrics.joinQuery(target.collection(), "documents", 1);
            joined.reader().rows(keys, rows::add);
        } catch (SourceException e) {
            throw failure(target, String.valueOf(e.getMessage()), e.hint(), e.heals(), e);
        }
        Map<String, Row> found = new HashMap<>();
        for (Row row : rows) {
            String id = target.ids(row.schema()).of(row);
            if (id != null && !id.isEmpty() && found.put(id, row) != null) {
                throw failure(
                        target,
                        "the query yields more than one row for id " + id,
                        "aggregate what a document has several of; it is tried again, and with a corrected query after a"
                                + " restart",
                        false,
                        null);
            }
        }
        return found;
    }

    private static SinkException failure(
            Target target,
            String message,
            String hint,
            boolean heals,
            @org.jspecify.annotations.Nullable Throwable cause) {
        return new SinkException(
                heals ? SinkException.Kind.RETRYABLE : SinkException.Kind.FATAL,
                ROW_READ,
                "joined documents of collection " + target.collection() + " could not be read: " + message,
                hint,
                cause);
    }
}
