package dev.tidemark.sink.typesense;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.TransportException.Stage;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The nodes as one server: picks the node, holds writes back until it is settled, and remembers what a failure means for
 * the next request. Thread-safe.
 */
final class Cluster implements SettleGate.Probe {

    private static final Duration PROBE = Duration.ofSeconds(5);
    /** How long after settling a 404 is believed at once. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final TypesenseClient client;
    private final Nodes nodes;
    private final Duration timeout;
    private final SettleGate gate;
    private final Set<String> ours = ConcurrentHashMap.newKeySet();

    Cluster(TypesenseClient client, Nodes nodes, Duration timeout, Duration apart) {
        this.client = client;
        this.nodes = nodes;
        this.timeout = timeout;
        this.gate = new SettleGate(this, apart, apart.plus(timeout), SettleGate.SYSTEM);
    }

    URI node() {
        return nodes.current();
    }

    Duration timeout() {
        return timeout;
    }

    void settle() throws SinkException, InterruptedException {
        gate.await();
    }

    /**
     * Settles again, whenever that was. A restart that no request ran into is not seen, and for some seconds after it the
     * server shows a part of its documents as if they were all: whoever counts or lists them needs this.
     */
    void settleAnew() throws SinkException, InterruptedException {
        gate.awaitAnew();
    }

    /**
     * The collection was seen: it is one of ours. Whether the server is settled is judged by such ones alone; see also
     * {@link SettleGate#exists}.
     */
    void exists(String collection) {
        ours.add(collection);
        gate.exists(collection);
    }

    /** Something saw the server fail: nothing is written before it is settled again. */
    void suspect() {
        gate.close();
    }

    /** Sends a request that changes nothing. Answers as {@link Failures#of(Answer)} lets them through. */
    Answer read(Call call) throws SinkException, InterruptedException {
        return send(call, false);
    }

    /** Sends a request that changes something, once the server is settled. */
    Answer write(Call call) throws SinkException, InterruptedException {
        gate.await();
        return send(call, true);
    }

    /**
     * Sends a request that changes something, whether the server is settled or not: one that no write of the pipeline has to
     * do with.
     */
    Answer now(Call call) throws SinkException, InterruptedException {
        return send(call, true);
    }

    /** Starts a request whose answer is streamed. */
    <T> HttpResponse<T> stream(Call call, BodyHandler<T> handler) throws SinkException, InterruptedException {
        URI node = nodes.current();
        try {
            return client.exchange(node, call, handler);
        } catch (TransportException e) {
            throw broken(node, e);
        }
    }

    /** No answer from {@code node}: the gate closes, and the next request goes to the node that is then to be asked. */
    SinkException broken(URI node, TransportException e) {
        nodes.failed(node, e.stage());
        gate.close();
        return Failures.of(e);
    }

    /** The answer cannot be what the server meant to say: whatever it did, it is settled before the next write. */
    SinkException damaged(Answer answer, String why) {
        nodes.unresolved();
        gate.close();
        return Failures.damaged(answer, why);
    }

    /**
     * What a 404 of a collection means. Where the server may have been restarted unseen, it is settled first: a
     * collection that is still loading is not missing.
     *
     * @return whether it does not exist
     */
    boolean missing(String collection) throws SinkException, InterruptedException {
        if (gate.provenMissing(collection, FRESH)) {
            return true;
        }
        gate.close();
        gate.await();
        return read(Call.get(Paths.collection(collection), timeout)).status() == 404;
    }

    /** The failure for a 404 of a collection that was written to. */
    SinkException missingFailure(String collection) throws SinkException, InterruptedException {
        return missing(collection)
                ? Failures.missing(collection, node())
                : unsettled("answered 404 for the collection \"" + collection + "\", which is there again");
    }

    private Answer send(Call call, boolean write) throws SinkException, InterruptedException {
        URI node = nodes.current();
        Answer answer;
        try {
            answer = client.send(node, call);
        } catch (TransportException e) {
            if (write && (e.stage() == Stage.BROKEN || e.stage() == Stage.TIMEOUT)) {
                nodes.unresolved();
            }
            throw broken(node, e);
        } catch (InterruptedException e) {
            if (write) {
                nodes.unresolved();
                gate.close();
            }
            throw e;
        }
        SinkException failure = Failures.of(answer);
        if (failure == null) {
            return answer;
        }
        // 503 is Typesense declining before it starts; behind any other a proxy may have left the request running.
        if (write && (answer.status() >= 500 || answer.status() == 408) && answer.status() != 503) {
            nodes.unresolved();
        }
        if (answer.status() >= 500 || failure.reason().equals(Failures.DAMAGED)) {
            gate.close();
        }
        throw failure;
    }

    @Override
    public void healthy() throws SinkException, InterruptedException {
        URI node = nodes.current();
        try {
            Answer answer = read(Call.get(Paths.HEALTH, shorter(PROBE)));
            if (answer.json().path("ok").asBoolean(false)) {
                return;
            }
            nodes.unhealthy(node);
            throw answer.json().has("ok")
                    ? Failures.notReady(node, "says that it is not healthy")
                    : Failures.damaged(answer, "this is not Typesense's health");
        } catch (SinkException e) {
            if (!e.reason().equals(Failures.CONNECTION)
                    && !e.reason().equals(Failures.TIMEOUT)
                    && !e.reason().equals(Failures.TLS)) {
                nodes.unhealthy(node);
            }
            throw e;
        }
    }

    @Override
    public long pending() throws SinkException, InterruptedException {
        Answer answer = read(Call.get(Paths.STATS, shorter(PROBE)));
        JsonNode pending = answer.json().path("pending_write_batches");
        if (!answer.ok() || !pending.isNumber()) {
            throw Failures.damaged(answer, "it lacks pending_write_batches");
        }
        return pending.asLong();
    }

    @Override
    public Map<String, Long> listing() throws SinkException, InterruptedException {
        Answer answer = read(Call.get(Paths.COLLECTIONS, timeout));
        if (!answer.ok() || !answer.json().isArray()) {
            throw Failures.damaged(answer, "this is not a list of collections");
        }
        Map<String, Long> listing = new HashMap<>();
        for (JsonNode collection : answer.json()) {
            String name = collection.path("name").asText();
            // Others may write to their collections all the time; that must not keep ours from being settled.
            boolean counts = ours.isEmpty() || ours.contains(name);
            listing.put(name, counts ? collection.path("num_documents").asLong() : 0);
        }
        return listing;
    }

    @Override
    public boolean knowsWhatMatters() {
        return !ours.isEmpty();
    }

    @Override
    public SinkException unsettled(String what) {
        return Failures.notReady(node(), what);
    }

    @Override
    public void settled() {
        nodes.drained();
    }

    private Duration shorter(Duration other) {
        return timeout.compareTo(other) < 0 ? timeout : other;
    }
}
