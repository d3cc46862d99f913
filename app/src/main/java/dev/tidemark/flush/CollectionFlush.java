package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.ValueRejectedException;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One collection's part of a flush. {@link #attempt} may be called again after a failure: what is already durable is not
 * sent twice, and the rest is sent as it was (its ids are in no other request).
 */
final class CollectionFlush {

    private final Batch.Writes writes;
    private final RowCompletion completion;
    private final Config.OnReject onReject;

    private boolean truncated;
    private final Map<String, Batch.Write> pending = new LinkedHashMap<>();
    private final List<DeadLetter> rejected = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private long upserts;
    private long deletes;
    private int attempts;

    CollectionFlush(Batch.Writes writes, RowCompletion completion, Config.OnReject onReject) {
        this.writes = writes;
        this.completion = completion;
        this.onReject = onReject;
        this.pending.putAll(writes.byId());
        for (Batch.Write write : writes.withoutId()) {
            reject("", write, "", "a column of the id " + target().key() + " is NULL, empty or was not sent");
        }
    }

    Target target() {
        return writes.target();
    }

    /** Refused documents, for the dead letters. */
    List<DeadLetter> rejected() {
        return rejected;
    }

    /** Ids that were written or deleted: what is pending of them in the dead letters is settled. */
    List<String> written() {
        return written;
    }

    long upserts() {
        return upserts;
    }

    long deletes() {
        return deletes;
    }

    boolean truncated() {
        return truncated;
    }

    int coalesced() {
        return writes.coalesced();
    }

    /** Sends what is not durable yet. */
    void attempt(Sink sink) throws SinkException, InterruptedException {
        attempts++;
        if (writes.truncate() && !truncated) {
            sink.truncate(target().collection());
            truncated = true;
        }
        completion.complete(target(), pending);
        follow(sink); // after rows were read again: those may know of columns that the changes did not
        delete(sink);
        upsert(sink);
    }

    private void follow(Sink sink) throws SinkException, InterruptedException {
        RowSchema last = null;
        for (Batch.Write write : pending.values()) {
            Row row = write.row();
            if (row != null && row.schema() != last) {
                last = row.schema();
                target().follow(last, sink);
            }
        }
    }

    private void delete(Sink sink) throws SinkException, InterruptedException {
        List<String> ids = new ArrayList<>();
        pending.forEach((id, write) -> {
            if (write.row() == null) {
                ids.add(id);
            }
        });
        if (!ids.isEmpty()) {
            sink.delete(target().collection(), ids);
            deletes += ids.size();
            written.addAll(ids);
            ids.forEach(pending::remove);
        }
    }

    private void upsert(Sink sink) throws SinkException, InterruptedException {
        List<Document> documents = new ArrayList<>(pending.size());
        Map<String, String> unmapped = new LinkedHashMap<>();
        DocumentMapper mapper = target().mapper();
        pending.forEach((id, write) -> {
            Row row = write.row();
            if (row != null) {
                try {
                    documents.add(mapper.map(id, row));
                } catch (ValueRejectedException e) {
                    unmapped.put(id, e.getMessage());
                } catch (RuntimeException e) {
                    // One row must not stop all others for ever: it is kept, and tells what to report.
                    unmapped.put(id, "this is a fault of Tidemark, please report it: " + e);
                }
            }
        });
        List<Rejection> rejections = documents.isEmpty() ? List.of() : sink.upsert(target().collection(), documents);
        if (onReject == Config.OnReject.STOP && !(rejections.isEmpty() && unmapped.isEmpty())) {
            throw stop(documents, rejections, unmapped);
        }
        unmapped.forEach((id, reason) -> reject(id, pendingWrite(id), "", reason));
        Set<String> refused = new HashSet<>(unmapped.keySet());
        for (Rejection rejection : rejections) {
            Document document = documents.get(rejection.index());
            refused.add(document.id());
            String json = new String(document.json(), StandardCharsets.UTF_8);
            reject(document.id(), pendingWrite(document.id()), json, rejection.error());
        }
        for (Document document : documents) {
            if (refused.isEmpty() || !refused.contains(document.id())) {
                written.add(document.id());
                upserts++;
            }
        }
        pending.clear();
    }

    private Batch.Write pendingWrite(String id) {
        return java.util.Objects.requireNonNull(pending.get(id));
    }

    private SinkException stop(List<Document> documents, List<Rejection> rejections, Map<String, String> unmapped) {
        String id;
        String reason;
        if (rejections.isEmpty()) {
            Map.Entry<String, String> first = unmapped.entrySet().iterator().next();
            id = first.getKey();
            reason = first.getValue();
        } else {
            id = documents.get(rejections.get(0).index()).id();
            reason = rejections.get(0).error();
        }
        return new SinkException(
                SinkException.Kind.FATAL,
                "rejected",
                "collection " + target().collection() + " refuses document '" + id + "' of table " + target().table()
                        + " (" + (rejections.size() + unmapped.size()) + " refused in this flush): " + reason,
                "flush.onReject is 'stop': change the row or the collection's schema, or set onReject: dead-letter",
                null);
    }

    private void reject(String id, Batch.Write write, String document, String error) {
        ChangeEvent event = write.event();
        Row row = write.row();
        Row described = row != null ? row : beforeOf(event.change());
        String values = described == null ? "{}" : DocumentMapper.describe(described);
        rejected.add(new DeadLetter(
                target().collection(),
                id,
                target().table().toString(),
                id,
                row == null ? "delete" : "upsert",
                document.isEmpty() ? values : document,
                error,
                Math.max(1, attempts),
                event.position(),
                Instant.ofEpochMilli(event.commitMillis()),
                Instant.now()));
    }

    private static @org.jspecify.annotations.Nullable Row beforeOf(Change change) {
        return change instanceof Change.Delete delete ? delete.before() : null;
    }
}
