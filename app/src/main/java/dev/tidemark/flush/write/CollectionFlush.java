package dev.tidemark.flush.write;

import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.RejectionAdvice;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.Updated;
import dev.tidemark.trace.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One collection's part of a flush. {@link #attempt} may be called again after a failure: what is already durable is not
 * sent twice, and the rest is sent as it was (its ids are in no other request).
 */
public final class CollectionFlush implements ParallelFlush.Part {

    private static final long MAX_REJECTED = 8L << 20;
    private static final int EXCERPT = 1_000;

    private final CollectionWrites writes;
    private final RowLoader completion;
    private final Config.OnReject onReject;
    private final Selection selection;

    private boolean truncated;
    private final Map<String, Batch.Write> pending = new LinkedHashMap<>();
    private final List<DeadLetter> rejected = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private final Map<String, String[]> unfound = new LinkedHashMap<>();
    private final List<String> writtenKeys = new ArrayList<>();
    /** Writes whose rows there was no room for yet. */
    private final Map<String, Batch.Write> later = new LinkedHashMap<>();

    /** Characters of rejected documents that are kept in full until the flush is durable. */
    private long rejectedCharacters;

    private long upserts;
    private long updates;
    private long updatesRejected;
    private long deletes;
    private long leftOut;
    private long invalid;
    private int attempts;

    /**
     * Creates the flush of a collection's writes.
     *
     * @param mayHold whether the collection may hold documents of rows that a load reads: else those that it leaves out
     *     need no delete
     */
    public CollectionFlush(CollectionWrites writes, RowLoader completion, Config.OnReject onReject, boolean mayHold) {
        this.writes = writes;
        this.completion = completion;
        this.onReject = onReject;
        this.selection = new Selection(writes.target(), mayHold);
        this.pending.putAll(writes.byId());
        for (Batch.Write write : writes.withoutId()) {
            if (selection.isLeftOut(write)) {
                leftOut++;
                trace().end(write.trace(), Outcome.LEFT_OUT);
                continue;
            }
            Row row = described(write);
            String reason = row == null ? "" : target().ids(row.schema()).rejectionReason(row);
            reject("", write, "", reason);
        }
        for (CollectionWrites.Collision collision : writes.collisions()) {
            reject(
                    "",
                    collision.lost(),
                    "",
                    "the row " + target().keyText(collision.winner()) + " has the id '" + collision.id()
                            + "', too: only one of them can be a document. Let the expression of 'id' distinguish them");
        }
    }

    public CollectionWrites writes() {
        return writes;
    }

    public Target target() {
        return writes.target();
    }

    private DocumentTrace trace() {
        return writes.trace();
    }

    /** Returns the rejected documents, for the dead letters. */
    public List<DeadLetter> rejected() {
        return rejected;
    }

    /**
     * Returns the ids that were written or deleted. Parts of documents are among them only if the id had no pending dead letter,
     * so all pending entries of these ids are resolved.
     */
    public List<String> written() {
        return written;
    }

    /**
     * Returns the keys of rows that possibly had no id before, and are written or deleted; only if an expression yields the ids.
     */
    public List<String> writtenKeys() {
        List<String> keys = new ArrayList<>(writes.goneWithoutId());
        keys.addAll(writtenKeys);
        return keys;
    }

    long upserts() {
        return upserts;
    }

    /** Returns the number of documents of which only the fields that changed were written. */
    long updates() {
        return updates;
    }

    /** Returns how many of the {@link #rejected} were of {@link #updates}. */
    long updatesRejected() {
        return updatesRejected;
    }

    long deletes() {
        return deletes;
    }

    /** Returns the number of rows that are not documents, by their configuration. */
    long leftOut() {
        return leftOut;
    }

    /** Returns the number of rows that have no document because they break a rule. */
    long invalid() {
        return invalid;
    }

    public boolean truncated() {
        return truncated;
    }

    int coalesced() {
        return writes.coalesced();
    }

    /** Returns the number of updates that changed no field of their document, of which nothing is sent. */
    int skipped() {
        return writes.skipped();
    }

    @Override
    public void attempt(Sink sink, ImportChunks.Cut cut) throws SinkException, InterruptedException {
        attempts++;
        if (writes.truncate() && !truncated) {
            if (target().isShared()) {
                new SharedTruncate(sink, target()).run();
            } else {
                sink.truncate(target().collection());
            }
            truncated = true;
            writes.truncated();
        }
        // Invariant 3: the rows of a part are sent before those of the next are read, and after a failure a part is
        // still pending.
        while (true) {
            complete(sink, cut);
            if (update(sink, cut)) {
                complete(sink, cut); // documents that are missing are sent in full
            }
            upsert(sink, cut);
            if (later.isEmpty()) {
                return;
            }
            pending.putAll(later);
            later.clear();
        }
    }

    private void complete(Sink sink, ImportChunks.Cut cut) throws SinkException, InterruptedException {
        select(); // what is left out need not be read
        if (completion.followsChanges()) {
            follow(sink);
        }
        RowLoader.Completed completed = completion.complete(target(), pending, writes.visibility());
        completed.missing().forEach(this::notFound);
        for (String id : completed.later()) {
            Batch.Write write = pending.remove(id);
            if (write != null) {
                later.put(id, write);
            }
        }
        select();
        follow(sink); // after rows were re-read: those may have columns that the changes did not have
        delete(sink, cut);
    }

    /** Keeps the document of a row that was not found (invariant 9): the row's own delete follows in the log. */
    private void notFound(String id, String[] key) {
        Batch.Write write = pending.remove(id);
        if (write != null) {
            trace().note(
                            write.trace(),
                            "its row was not found when it was read: the document stays until the log shows why");
            trace().end(write.trace(), Outcome.UNFOUND);
            unfound.put(id, key);
        }
    }

    /** Treats those that were not found and have no document as written: nothing remains to be deleted. */
    public void keepUnfound(Set<String> present) {
        for (String id : List.copyOf(unfound.keySet())) {
            if (!present.contains(id)) {
                unfound.remove(id);
                written.add(id);
            }
        }
    }

    /** Returns the texts of the keys of rows that were not found, by document id. */
    public Map<String, String[]> unfound() {
        return unfound;
    }

    /** Replaces the writes of rows that are not documents by deletes. */
    private void select() throws SinkException {
        Selection.Judged judged = selection.judge(pending);
        leftOut += judged.out().size();
        judged.out().forEach(id -> withoutDocument(id, "'where' or 'softDelete' leaves the row out"));
        rejectAll(MappedDocuments.unmapped(judged.faulty()), List.of());
    }

    private void withoutDocument(String id, String why) {
        Batch.Write write = pendingWrite(id);
        trace().note(write.trace(), why);
        if (selection.mayHaveBeenOne(write)) {
            pending.put(id, write.gone());
        } else {
            trace().end(write.trace(), Outcome.LEFT_OUT);
            written.add(id); // as good as deleted: nothing wrote it before this snapshot
            pending.remove(id);
        }
    }

    /**
     * Updates the collection's schema to follow the columns of the rows, the newest last, and to accept rows without a value for
     * a field that it required.
     */
    private void follow(Sink sink) throws SinkException, InterruptedException {
        Map<RowSchema, Long> schemas = new IdentityHashMap<>();
        for (Batch.Write write : pending.values()) {
            if (write.row() != null) {
                schemas.merge(write.row().schema(), write.event().position(), Math::max);
            }
        }
        List<Map.Entry<RowSchema, Long>> inOrder = new ArrayList<>(schemas.entrySet());
        inOrder.sort(Map.Entry.comparingByValue());
        for (Map.Entry<RowSchema, Long> each : inOrder) {
            target().follow(each.getKey(), Set.of(), sink);
        }
        Map<RowSchema, Set<String>> nulls = new IdentityHashMap<>();
        for (Batch.Write write : pending.values()) {
            Row row = write.row();
            Set<String> missing = row == null ? Set.of() : target().mapper().missing(row);
            if (row != null && !missing.isEmpty()) {
                nulls.computeIfAbsent(row.schema(), schema -> new HashSet<>()).addAll(missing);
            }
        }
        for (Map.Entry<RowSchema, Set<String>> each : nulls.entrySet()) {
            target().follow(each.getKey(), each.getValue(), sink);
        }
    }

    private void delete(Sink sink, ImportChunks.Cut cut) throws SinkException, InterruptedException {
        List<String> ids = new ArrayList<>();
        pending.forEach((id, write) -> {
            if (write.row() == null) {
                ids.add(id);
            }
        });
        if (!ids.isEmpty()) {
            new Deletes(sink, target().collection(), cut.threads()).send(ids);
            deletes += ids.size();
            written.addAll(ids);
            ids.forEach(this::deleted);
        }
    }

    private void deleted(String id) {
        int ticket = taken(id).trace();
        Batch.Write asked = writes.byId().get(id);
        if (asked != null && asked.row() != null) {
            trace().note(ticket, "the row was not there any more when it was read");
        }
        trace().end(ticket, Outcome.DELETED);
    }

    /** Writes the fields that changed. Returns whether documents are missing: they are written in full instead. */
    private boolean update(Sink sink, ImportChunks.Cut cut) throws SinkException, InterruptedException {
        boolean missing = false;
        ImportChunks slices = new ImportChunks(target(), pending, false, cut);
        for (MappedDocuments mapped = slices.next(); mapped != null; mapped = slices.next()) {
            List<Document> documents = mapped.documents();
            Updated updated = documents.isEmpty()
                    ? new Updated(List.of(), List.of())
                    : slices.send(mapped, some -> sink.update(target().collection(), some));
            long before = rejected.size();
            Set<String> left = rejectAll(mapped, updated.rejections());
            skip(mapped, sink, cut);
            updatesRejected += rejected.size() - before;
            for (int index : updated.missing()) {
                String id = documents.get(index).id();
                left.add(id);
                pending.computeIfPresent(id, (same, write) -> write.full());
                missing = true;
            }
            updates += durable(documents, left, Outcome.UPDATED);
        }
        return missing;
    }

    private void upsert(Sink sink, ImportChunks.Cut cut) throws SinkException, InterruptedException {
        ImportChunks slices = new ImportChunks(target(), pending, true, cut);
        for (MappedDocuments mapped = slices.next(); mapped != null; mapped = slices.next()) {
            List<Document> documents = mapped.documents();
            List<Rejection> rejections = documents.isEmpty()
                    ? List.of()
                    : target().jsonTypes().resend(sink, documents, slices.send(mapped, some -> {
                        target().jsonTypes().prepare(sink, some);
                        return sink.upsert(target().collection(), some);
                    }));
            upserts += durable(documents, rejectAll(mapped, rejections), Outcome.UPSERTED);
            skip(mapped, sink, cut);
        }
    }

    /** Deletes the documents of rows that break a rule, if such rows are configured to have no document. */
    private void skip(MappedDocuments mapped, Sink sink, ImportChunks.Cut cut)
            throws SinkException, InterruptedException {
        if (!mapped.invalid().isEmpty()) {
            invalid += mapped.invalid().size();
            mapped.invalid().forEach(id -> withoutDocument(id, "the row breaks a rule of 'require'"));
            delete(sink, cut);
        }
    }

    /** Creates dead letters of what was rejected, and returns the ids. */
    private Set<String> rejectAll(MappedDocuments mapped, List<Rejection> rejections) throws SinkException {
        if (onReject == Config.OnReject.STOP
                && !(rejections.isEmpty() && mapped.unmapped().isEmpty())) {
            throw stop(mapped.documents(), rejections, mapped.unmapped());
        }
        mapped.unmapped().forEach((id, reason) -> reject(id, pendingWrite(id), "", reason));
        Set<String> rejectedIds = new HashSet<>(mapped.unmapped().keySet());
        for (Rejection rejection : rejections) {
            Document document = mapped.documents().get(rejection.index());
            rejectedIds.add(document.id());
            String json = new String(document.json(), StandardCharsets.UTF_8);
            String reason = RejectionAdvice.with(target().config(), target().collectionInfo(), rejection.error());
            reject(document.id(), pendingWrite(document.id()), json, reason);
        }
        rejectedIds.forEach(this::taken);
        return rejectedIds;
    }

    /** Removes what is durable from the pending writes; returns how many these are. */
    private int durable(List<Document> documents, Set<String> others, Outcome outcome) {
        int count = 0;
        for (Document document : documents) {
            if (others.isEmpty() || !others.contains(document.id())) {
                written.add(document.id());
                Batch.Write write = taken(document.id());
                trace().end(write.trace(), outcome);
                if (write.row() != null && target().config().hasComputedId()) {
                    writtenKeys.add(target().keyText(write.row()));
                }
                count++;
            }
        }
        return count;
    }

    private Batch.Write pendingWrite(String id) {
        return Objects.requireNonNull(pending.get(id));
    }

    private Batch.Write taken(String id) {
        selection.forget(id);
        return Objects.requireNonNull(pending.remove(id));
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
                "collection " + target().collection() + " rejects document '" + id + "' of table " + target().table()
                        + " (" + (rejections.size() + unmapped.size()) + " rejected in this flush): " + reason,
                "flush.onReject is 'stop': change the row or the collection's schema, or set onReject: dead-letter",
                null);
    }

    private void reject(String id, Batch.Write write, String document, String error) {
        trace().rejected(write, error);
        ChangeEvent event = write.event();
        Row described = described(write);
        rejected.add(new DeadLetter(
                target().collection(),
                id,
                target().table().toString(),
                described == null || !target().config().hasComputedId() ? id : target().keyText(described),
                operation(write),
                kept(document.isEmpty() ? (described == null ? "{}" : DocumentMapper.describe(described)) : document),
                error,
                Math.max(1, attempts),
                event.position(),
                Instant.ofEpochMilli(event.commitMillis()),
                Instant.now()));
    }

    /**
     * Returns the document, or only an excerpt if the rejected ones exceed a limit. Invariant 3: thousands of wide rows may be
     * rejected in one flush. A replay re-reads the row, so it needs no document.
     */
    private String kept(String document) {
        rejectedCharacters += document.length();
        if (rejectedCharacters <= MAX_REJECTED || document.length() <= EXCERPT) {
            return document;
        }
        return document.substring(0, EXCERPT) + "... (" + document.length() + " characters, "
                + UUID.nameUUIDFromBytes(document.getBytes(StandardCharsets.UTF_8)) + ")";
    }

    private static String operation(Batch.Write write) {
        if (write.row() == null) {
            return "delete";
        }
        return write.isFull() ? "upsert" : "update";
    }

    /** Returns the row as far as it is known; null if nothing is known of it. */
    private static @Nullable Row described(Batch.Write write) {
        Row row = write.row();
        if (row != null) {
            return row;
        }
        return write.event().change() instanceof Change.Delete delete ? delete.before() : null;
    }
}
