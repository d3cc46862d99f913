package dev.tidemark.sink.typesense;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.tls.TlsFailure;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.FoundDocument;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.Seen;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.sink.StoredDocument;
import dev.tidemark.sink.Updated;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.sink.typesense.http.Failures;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.sink.typesense.http.TransportException;
import dev.tidemark.sink.typesense.http.TypesenseClient;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Typesense 0.24 to 30 as a sink. It throws and does not retry: the caller backs off. Thread-safe. The pitfalls that
 * shaped it are in docs/decisions/0003-typesense-client.md.
 */
public final class TypesenseSink implements Sink {

    /** A server that answers again first reads what was sent to it before; this is the time that it has for that. */
    private static final Duration APART = Duration.ofSeconds(2);

    private static final Duration HEALTH = Duration.ofSeconds(2);
    private static final String LOOK = "see whether Typesense runs";
    private static final int TRUNCATE_SINCE = 28;

    private final TypesenseClient client;
    private final Cluster cluster;
    private final Collections collections;
    private final Importer importer;
    private final Deleter deleter;
    private final IdExport export;
    private final Preflight preflight;
    private final CollectionLook look;
    private volatile int version = -1;

    public TypesenseSink(Config.Typesense config) {
        this(config, APART);
    }

    /** @param apart the time between the first healthy answer and the first write, for tests that never restart the server */
    TypesenseSink(Config.Typesense config, Duration apart) {
        this(config, apart, Cluster.LOST_AFTER);
    }

    /** @param lostAfter how long a node is waited for that is unusable and has not answered a write */
    TypesenseSink(Config.Typesense config, Duration apart, Duration lostAfter) {
        client = new TypesenseClient(config);
        cluster = new Cluster(client, config.nodes(), config.timeout(), apart, lostAfter);
        collections = new Collections(cluster);
        importer = new Importer(cluster);
        export = new IdExport(cluster, collections);
        deleter = new Deleter(cluster, collections, export);
        preflight = new Preflight(client, config.nodes());
        look = new CollectionLook(client, cluster);
    }

    @Override
    public List<Check> preflight() {
        try {
            return preflight.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(Check.unreachable("typesense", "interrupted", ""));
        }
    }

    @Override
    public Optional<Check> unhealthy() throws InterruptedException {
        URI node = cluster.node();
        try {
            Answer answer = client.send(node, Call.get(Paths.HEALTH, HEALTH));
            return answer.ok() && answer.json().path("ok").asBoolean(false)
                    ? Optional.empty()
                    : unhealthy(
                            "Typesense on " + node + " is not healthy: " + answer.status() + " " + answer.excerpt(),
                            LOOK);
        } catch (TransportException e) {
            if (e.stage() != TransportException.Stage.TIMEOUT) { // A busy server is not one that was restarted.
                cluster.suspect(); // It may be back, and loading, by the time of the next write.
            }
            TlsFailure tls = e.tls();
            return unhealthy(e.getMessage(), tls == null ? LOOK : tls.hint());
        }
    }

    private static Optional<Check> unhealthy(String message, String hint) {
        return Optional.of(Check.unreachable("typesense", message, hint));
    }

    @Override
    public Set<String> overtaken() throws InterruptedException {
        return cluster.overtaken();
    }

    @Override
    public void nothingPending() {
        cluster.nothingPending();
    }

    @Override
    public boolean endWrites() {
        return cluster.endWrites();
    }

    @Override
    public void settle() throws SinkException, InterruptedException {
        cluster.settle();
    }

    @Override
    public Optional<CollectionInfo> find(String collectionOrAlias) throws SinkException, InterruptedException {
        return collections.find(collectionOrAlias);
    }

    @Override
    public Optional<String> document(String collection, String id) throws SinkException, InterruptedException {
        return look.document(collection, id);
    }

    @Override
    public Map<String, Seen> look(Collection<String> names) throws SinkException, InterruptedException {
        return look.at(names);
    }

    @Override
    public Optional<CollectionInfo> prove(String collection) throws SinkException, InterruptedException {
        return collections.prove(collection);
    }

    @Override
    public Optional<String> resolve(String collectionOrAlias) throws SinkException, InterruptedException {
        return look.resolve(collectionOrAlias);
    }

    @Override
    public void create(String collection, List<SinkField> fields, boolean nested)
            throws SinkException, InterruptedException {
        collections.create(collection, fields, nested);
    }

    @Override
    public void alter(String collection, List<SinkField> add, List<String> drop)
            throws SinkException, InterruptedException {
        collections.alter(collection, add, drop);
    }

    @Override
    public List<Rejection> upsert(String collection, List<Document> documents)
            throws SinkException, InterruptedException {
        return importer.upsert(collection, documents);
    }

    @Override
    public Updated update(String collection, List<Document> documents) throws SinkException, InterruptedException {
        return importer.update(collection, documents);
    }

    @Override
    public void delete(String collection, List<String> ids) throws SinkException, InterruptedException {
        deleter.delete(collection, ids);
    }

    @Override
    public long deleteBy(String collection, String filter) throws SinkException, InterruptedException {
        return deleter.deleteBy(collection, filter);
    }

    @Override
    public void truncate(String collection) throws SinkException, InterruptedException {
        deleter.truncate(collection, version() >= TRUNCATE_SINCE);
    }

    @Override
    public void exportIds(String collection, Consumer<String> ids) throws SinkException, InterruptedException {
        export.all(collection, ids);
    }

    @Override
    public void exportFields(
            String collection, @Nullable String filter, List<String> fields, Consumer<FoundDocument> found)
            throws SinkException, InterruptedException {
        export.fields(collection, filter, fields, found);
    }

    @Override
    public void exportDocuments(String collection, Consumer<StoredDocument> found)
            throws SinkException, InterruptedException {
        export.documents(collection, found);
    }

    @Override
    public void documents(String collection, List<String> ids, Consumer<StoredDocument> found)
            throws SinkException, InterruptedException {
        export.documents(collection, ids, found);
    }

    /** Returns a collection to try documents in, named after another; nothing is created yet. */
    public ScratchCollection scratch(String besides) {
        return new ScratchCollection(cluster, collections, importer, besides);
    }

    /** Does nothing: the JDK's client ends with its last request. */
    @Override
    public void close() {}

    /** Returns the server's major version; 0, the oldest, if the key is not permitted to query it. */
    private int version() throws SinkException, InterruptedException {
        if (version < 0) {
            try {
                Answer answer = cluster.read(Call.get(Paths.DEBUG, HEALTH));
                version = major(answer.json().path("version").asText(""));
            } catch (SinkException e) {
                if (!e.reason().equals(Failures.UNAUTHORIZED)) {
                    throw e;
                }
                version = 0;
            }
        }
        return version;
    }

    static int major(String version) {
        int end = 0;
        while (end < version.length() && end < 4 && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 ? 0 : Integer.parseInt(version.substring(0, end));
    }
}
