package dev.tidemark.sink;

import dev.tidemark.connector.Check;
import dev.tidemark.sink.WriteTally.Counts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A sink that counts what is requested of it, before it is sent and after it was answered, for every caller. Thread-safe. */
public final class TalliedSink implements Sink {

    /** The reasons of failures after which the server may have been restarted. */
    private static final Set<String> SIGNS = Set.of("connection", "timeout", "tls", "damaged");

    private final Sink sink;
    private final WriteTally tally = new WriteTally();
    private final WriteWatch watch = new WriteWatch();

    public TalliedSink(Sink sink) {
        this.sink = sink;
    }

    /** Returns what was counted. */
    public WriteTally tally() {
        return tally;
    }

    /** Returns what records the writes of some documents. */
    public WriteWatch watch() {
        return watch;
    }

    /** A request that returns something. */
    @FunctionalInterface
    private interface Request<T> {
        T send() throws SinkException, InterruptedException;
    }

    private <T> T counted(String collection, Counts counts, Request<T> request)
            throws SinkException, InterruptedException {
        long number = tally.start(collection, counts);
        boolean answered = false;
        try {
            T answer = watched(request);
            answered = true;
            return answer;
        } finally {
            if (answered) {
                tally.succeeded(collection, number, counts);
            } else {
                tally.failed(collection, counts);
            }
        }
    }

    private <T> T watched(Request<T> request) throws SinkException, InterruptedException {
        try {
            return request.send();
        } catch (SinkException e) {
            if (SIGNS.contains(e.reason()) || e.reason().startsWith("http_5")) {
                tally.disturbed();
            }
            throw e;
        }
    }

    @Override
    public List<Check> preflight() {
        return sink.preflight();
    }

    @Override
    public Optional<Check> unhealthy() throws InterruptedException {
        Optional<Check> wrong = sink.unhealthy();
        if (wrong.isPresent()) {
            tally.disturbed();
        }
        return wrong;
    }

    @Override
    public Set<String> overtaken() throws InterruptedException {
        return sink.overtaken();
    }

    @Override
    public void nothingPending() {
        sink.nothingPending();
    }

    @Override
    public boolean endWrites() {
        return sink.endWrites();
    }

    @Override
    public void settle() throws SinkException, InterruptedException {
        sink.settle();
    }

    @Override
    public Optional<CollectionInfo> find(String collectionOrAlias) throws SinkException, InterruptedException {
        return watched(() -> sink.find(collectionOrAlias));
    }

    @Override
    public Map<String, Seen> look(Collection<String> collections) throws SinkException, InterruptedException {
        return watched(() -> sink.look(collections));
    }

    @Override
    public Optional<CollectionInfo> prove(String collection) throws SinkException, InterruptedException {
        return watched(() -> sink.prove(collection));
    }

    @Override
    public Optional<String> resolve(String collectionOrAlias) throws SinkException, InterruptedException {
        return watched(() -> sink.resolve(collectionOrAlias));
    }

    @Override
    public void create(String collection, List<SinkField> fields, boolean nested)
            throws SinkException, InterruptedException {
        counted(collection, new Counts(0, 0, 0, 1), () -> {
            sink.create(collection, fields, nested);
            return true;
        });
    }

    @Override
    public void alter(String collection, List<SinkField> add, List<String> drop)
            throws SinkException, InterruptedException {
        watched(() -> {
            sink.alter(collection, add, drop);
            return true;
        });
    }

    @Override
    public List<Rejection> upsert(String collection, List<Document> documents)
            throws SinkException, InterruptedException {
        watch.writes(collection, documents);
        return counted(collection, new Counts(documents.size(), 0, 0, 0), () -> sink.upsert(collection, documents));
    }

    /** Counts nothing: it neither adds nor deletes documents. */
    @Override
    public Updated update(String collection, List<Document> documents) throws SinkException, InterruptedException {
        watch.writes(collection, documents);
        return watched(() -> sink.update(collection, documents));
    }

    @Override
    public void delete(String collection, List<String> ids) throws SinkException, InterruptedException {
        watch.deletes(collection, ids);
        counted(collection, new Counts(0, ids.size(), 0, 0), () -> {
            sink.delete(collection, ids);
            return true;
        });
    }

    @Override
    public long deleteBy(String collection, String filter) throws SinkException, InterruptedException {
        watch.deletesAny(collection);
        return counted(collection, new Counts(0, 0, 1, 0), () -> sink.deleteBy(collection, filter));
    }

    @Override
    public void truncate(String collection) throws SinkException, InterruptedException {
        watch.deletesAny(collection);
        counted(collection, new Counts(0, 0, 1, 0), () -> {
            sink.truncate(collection);
            return true;
        });
    }

    @Override
    public void exportIds(String collection, Consumer<String> ids) throws SinkException, InterruptedException {
        watched(() -> {
            sink.exportIds(collection, ids);
            return true;
        });
    }

    @Override
    public void exportFields(
            String collection, @Nullable String filter, List<String> fields, Consumer<FoundDocument> found)
            throws SinkException, InterruptedException {
        watched(() -> {
            sink.exportFields(collection, filter, fields, found);
            return true;
        });
    }

    @Override
    public void exportDocuments(String collection, Consumer<StoredDocument> found)
            throws SinkException, InterruptedException {
        watched(() -> {
            sink.exportDocuments(collection, found);
            return true;
        });
    }

    @Override
    public void documents(String collection, List<String> ids, Consumer<StoredDocument> found)
            throws SinkException, InterruptedException {
        watched(() -> {
            sink.documents(collection, ids, found);
            return true;
        });
    }

    @Override
    public Optional<String> document(String collection, String id) throws SinkException, InterruptedException {
        return sink.document(collection, id);
    }

    @Override
    public void close() {
        sink.close();
    }
}
