package dev.tidemark.flush;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Change;
import dev.tidemark.connector.ChangeEvent;
import dev.tidemark.connector.Row;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.Updated;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One collection's part of a flush. {@link #attempt} may be called again after a failure: what is already durable is not
 * sent twice, and the rest is sent as it was (its ids are in no other request).
 */
final class CollectionFlush {

    private final CollectionWrites writes;
    private final Completion completion;
    private final Config.OnReject onReject;
    private final Selection selection;

    private boolean truncated;
    private final Map<String, Batch.Write> pending = new LinkedHashMap<>();
    private final List<DeadLetter> rejected = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private final List<Row> writtenRows = new ArrayList<>();
    private long upserts;
    private long updates;
    private long updatesRejected;
    private long deletes;
    private long leftOut;
    private long invalid;
    private int attempts;

    /**
     * Makes the flush of a collection's writes.
     *
     * @param mayHold whether the collection may hold documents of rows that a snapshot reads: else those that it leaves out
     *     need no delete
     */
    CollectionFlush(CollectionWrites writes, Completion completion, Config.OnReject onReject, boolean mayHold) {
        this.writes = writes;
        this.completion = completion;
        this.onReject = onReject;
        this.selection = new Selection(writes.target(), mayHold);
        this.pending.putAll(writes.byId());
        for (Batch.Write write : writes.withoutId()) {
            if (selection.isLeftOut(write)) {
                leftOut++;
                continue;
            }
            Row row = described(write);
            String reason = row == null ? "" : target().ids(row.schema()).refusal(row);
            reject("", write, "", reason);
        }
        for (CollectionWrites.Collision collision : writes.collisions()) {
            reject(
                    "",
                    collision.lost(),
                    "",
                    "the row " + target().keyText(collision.winner()) + " has the id '" + collision.id()
                            + "', too: only one of them can be a document. Let the expression of 'id' tell them apart");
        }
    }

    Target target() {
        return writes.target();
    }

    /** Refused documents, for the dead letters. */
    List<DeadLetter> rejected() {
        return rejected;
    }

    /**
     * Ids that were written or deleted; parts are among them only where nothing was pending of the id, so what is
     * pending of them in the dead letters is settled.
     */
    List<String> written() {
        return written;
    }

    /** The keys of rows that may have had no id before, and are written or gone; only where an expression yields the ids. */
    List<String> writtenKeys() {
        List<String> keys = new ArrayList<>(writes.goneWithoutId());
        writtenRows.forEach(row -> keys.add(target().keyText(row)));
        return keys;
    }

    long upserts() {
        return upserts;
    }

    /** Documents of which only the fields that changed were written. */
    long updates() {
        return updates;
    }

    /** How many of the {@link #rejected} were of {@link #updates}. */
    long updatesRejected() {
        return updatesRejected;
    }

    long deletes() {
        return deletes;
    }

    /** Rows that are no documents, by their configuration. */
    long leftOut() {
        return leftOut;
    }

    /** Rows that have no document since they break a rule. */
    long invalid() {
        return invalid;
    }

    boolean truncated() {
        return truncated;
    }

    int coalesced() {
        return writes.coalesced();
    }

    /** Updates that changed no field of their document, of which nothing is sent. */
    int skipped() {
        return writes.skipped();
    }

    /** Sends what is not durable yet. */
    void attempt(Sink sink) throws SinkException, InterruptedException {
        attempts++;
        if (writes.truncate() && !truncated) {
            if (target().isShared()) {
                new SharedTruncate(sink, target()).run();
            } else {
                sink.truncate(target().collection());
            }
            truncated = true;
        }
        complete(sink);
        if (update(sink)) {
            complete(sink); // of what is missing, rows are sent whole
        }
        upsert(sink);
    }

    private void complete(Sink sink) throws SinkException, InterruptedException {
        select(); // what is left out need not be read
        completion.complete(target(), pending, writes.visibility());
        select();
        follow(sink); // after rows were read again: those may know of columns that the changes did not
        delete(sink);
    }

    /** Makes deletes of rows that are no documents. */
    private void select() throws SinkException {
        Selection.Judged judged = selection.judge(pending);
        leftOut += judged.out().size();
        judged.out().forEach(this::withoutDocument);
        refuse(MappedDocuments.unmapped(judged.faulty()), List.of());
    }

    private void withoutDocument(String id) {
        Batch.Write write = pendingWrite(id);
        if (selection.mayHaveBeenOne(write)) {
            pending.put(id, Batch.Write.delete(write.event()));
        } else {
            written.add(id); // as good as deleted: nothing wrote it before this snapshot
            pending.remove(id);
        }
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

    /** Writes the fields that changed. Returns whether documents are missing: they are written whole instead. */
    private boolean update(Sink sink) throws SinkException, InterruptedException {
        MappedDocuments mapped = MappedDocuments.of(target(), pending, false);
        if (mapped.isEmpty()) {
            return false;
        }
        List<Document> documents = mapped.documents();
        Updated updated =
                documents.isEmpty() ? new Updated(List.of(), List.of()) : sink.update(target().collection(), documents);
        long before = rejected.size();
        Set<String> left = refuse(mapped, updated.rejections());
        skip(mapped, sink);
        updatesRejected += rejected.size() - before;
        for (int index : updated.missing()) {
            String id = documents.get(index).id();
            left.add(id);
            pending.computeIfPresent(id, (same, write) -> write.whole());
        }
        updates += durable(documents, left);
        return !updated.missing().isEmpty();
    }

    private void upsert(Sink sink) throws SinkException, InterruptedException {
        MappedDocuments mapped = MappedDocuments.of(target(), pending, true);
        List<Document> documents = mapped.documents();
        List<Rejection> rejections = documents.isEmpty() ? List.of() : sink.upsert(target().collection(), documents);
        upserts += durable(documents, refuse(mapped, rejections));
        skip(mapped, sink);
    }

    /** Rows that break a rule have no document, where that is what they mean. */
    private void skip(MappedDocuments mapped, Sink sink) throws SinkException, InterruptedException {
        if (!mapped.invalid().isEmpty()) {
            invalid += mapped.invalid().size();
            mapped.invalid().forEach(this::withoutDocument);
            delete(sink);
        }
    }

    /** Makes dead letters of what was refused, and returns their ids. */
    private Set<String> refuse(MappedDocuments mapped, List<Rejection> rejections) throws SinkException {
        if (onReject == Config.OnReject.STOP
                && !(rejections.isEmpty() && mapped.unmapped().isEmpty())) {
            throw stop(mapped.documents(), rejections, mapped.unmapped());
        }
        mapped.unmapped().forEach((id, reason) -> reject(id, pendingWrite(id), "", reason));
        Set<String> refused = new HashSet<>(mapped.unmapped().keySet());
        for (Rejection rejection : rejections) {
            Document document = mapped.documents().get(rejection.index());
            refused.add(document.id());
            String json = new String(document.json(), StandardCharsets.UTF_8);
            reject(document.id(), pendingWrite(document.id()), json, rejection.error());
        }
        refused.forEach(pending::remove);
        return refused;
    }

    /** Takes what is durable off; returns how many those are. */
    private int durable(List<Document> documents, Set<String> others) {
        int count = 0;
        for (Document document : documents) {
            if (others.isEmpty() || !others.contains(document.id())) {
                written.add(document.id());
                Batch.Write write = pending.remove(document.id());
                if (write != null && write.row() != null && target().config().idCel() != null) {
                    writtenRows.add(write.row());
                }
                count++;
            }
        }
        return count;
    }

    private Batch.Write pendingWrite(String id) {
        return Objects.requireNonNull(pending.get(id));
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
        Row described = described(write);
        String values = described == null ? "{}" : DocumentMapper.describe(described);
        rejected.add(new DeadLetter(
                target().collection(),
                id,
                target().table().toString(),
                described == null || target().config().idCel() == null ? id : target().keyText(described),
                operation(write),
                document.isEmpty() ? values : document,
                error,
                Math.max(1, attempts),
                event.position(),
                Instant.ofEpochMilli(event.commitMillis()),
                Instant.now()));
    }

    private static String operation(Batch.Write write) {
        if (write.row() == null) {
            return "delete";
        }
        return write.isWhole() ? "upsert" : "update";
    }

    /** What is known of the row. */
    private static @Nullable Row described(Batch.Write write) {
        Row row = write.row();
        if (row != null) {
            return row;
        }
        return write.event().change() instanceof Change.Delete delete ? delete.before() : null;
    }
}
