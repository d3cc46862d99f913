package dev.tidemark.sink.typesense.http;

import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import dev.tidemark.sink.typesense.http.Nodes.Write;
import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes as one server: picks the node, holds writes back until earlier ones are done, and remembers what a failure means for
 * the next request. Thread-safe.
 */
public final class Cluster implements SettleGate.Probe {

    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final int LEADER = 1;
    /** Name for what the server queues under no collection: the aliases. */
    private static final String NAMES = "";

    /** Time after which an unusable node is presumed lost, although it has not answered a write. */
    public static final Duration LOST_AFTER = Duration.ofSeconds(30);

    private final TypesenseClient client;
    private final Nodes nodes;
    private final Duration timeout;
    private final Duration apart;
    private final Duration lostAfter;
    private final LostNodes lost;
    private final SettleGate gate;
    private final OpenWrites open = new OpenWrites();

    /** A way to pass the gate. */
    private interface Proving {
        SettleGate.Proof prove(String collection) throws SinkException, InterruptedException;
    }

    /** Creates a cluster for a server whose answers no write of the pipeline depends on. */
    public Cluster(TypesenseClient client, List<URI> nodes, Duration timeout) {
        this(client, nodes, timeout, Duration.ZERO, LOST_AFTER);
    }

    /**
     * @param apart the time between the first healthy answer of a server and the first write to it
     * @param lostAfter how long a node is waited for that is unusable and has not answered a write
     */
    public Cluster(TypesenseClient client, List<URI> nodes, Duration timeout, Duration apart, Duration lostAfter) {
        this.client = client;
        this.nodes = new Nodes(nodes, lostAfter, System::nanoTime);
        this.timeout = timeout;
        this.apart = apart;
        this.lostAfter = lostAfter;
        this.lost = new LostNodes(client, this.nodes, apart);
        this.gate = new SettleGate(this, apart, SettleGate.SYSTEM);
    }

    public URI node() {
        return nodes.current();
    }

    public Duration timeout() {
        return timeout;
    }

    /** Records that no write of an earlier process can be on its way; see {@link dev.tidemark.sink.Sink#nothingPending}. */
    public void nothingPending() {
        gate.nothingPending();
    }

    /** Ends writing; see {@link dev.tidemark.sink.Sink#endWrites}. */
    public boolean endWrites() {
        return nodes.end() && !gate.isPending();
    }

    /** Returns if the server is healthy; what is proven of a collection is proven when it is first used. */
    public void settle() throws SinkException, InterruptedException {
        gate.awaitHealthy();
    }

    /** Returns whether our earlier writes to the collection are known to be done. */
    public boolean isSettled(String collection) {
        return gate.isProven(collection);
    }

    /**
     * Proves again that all our writes to the collection are done and that the current node shows them. A restart that no request
     * ran into is not seen, and for some seconds after it the server shows a part of its documents as if they were all: a caller
     * that counts or lists them needs this.
     *
     * @return whether the collection exists
     */
    public boolean settleAgain(String collection) throws SinkException, InterruptedException {
        boolean led = leads();
        boolean exists = exists(collection, gate::awaitAgain);
        if (exists && !(led && leads())) {
            awaitCopy(collection);
        }
        return exists;
    }

    /** Returns if our earlier writes to the collection are done, and whether it exists. */
    public boolean settle(String collection) throws SinkException, InterruptedException {
        return exists(collection, gate::await);
    }

    private boolean exists(String collection, Proving proving) throws SinkException, InterruptedException {
        try {
            return proving.prove(collection).exists();
        } catch (SinkException e) {
            if (!e.reason().equals(Failures.UNAUTHORIZED)) {
                throw e;
            }
            awaitCopy(collection); // A key without permission to delete has no writes of ours on their way.
            return true;
        }
    }

    /** Records that the collection was created. */
    public void created(String collection) {
        gate.created(collection);
    }

    /** Returns whether the current node leads its cluster, as a single one does: then it has what a fence has passed. */
    private boolean leads() throws SinkException, InterruptedException {
        try {
            return read(Call.get(Paths.DEBUG, shorter(PROBE)))
                            .json()
                            .path("state")
                            .asInt()
                    == LEADER;
        } catch (SinkException e) {
            if (!e.reason().equals(Failures.UNAUTHORIZED)) {
                throw e;
            }
            return false; // The key lacks the permission to query this.
        }
    }

    /**
     * Waits until the node's count of documents no longer changes: the leader answers a fence; a follower is a moment behind, or
     * is loading.
     */
    private void awaitCopy(String collection) throws SinkException, InterruptedException {
        long start = System.nanoTime();
        long last = count(collection);
        do {
            Thread.sleep(apart.toMillis());
            long next = count(collection);
            if (next >= 0 && next == last) {
                return;
            }
            last = next;
        } while (System.nanoTime() - start < SettleGate.TIMEOUT.toNanos());
        throw unsettled("does not lead its cluster, or the key lacks debug:list, and its copy of \"" + collection
                + "\" keeps changing");
    }

    private long count(String collection) throws SinkException, InterruptedException {
        Answer answer = read(Call.get(Paths.collection(collection), timeout));
        return answer.ok() ? answer.json().path("num_documents").asLong(-1) : -1;
    }

    /** Returns the collections that nodes may have written to late; see {@link dev.tidemark.sink.Sink#overtaken}. */
    public Set<String> overtaken() throws InterruptedException {
        return lost.returned();
    }

    /** Records a sign that the server failed: nothing is written before earlier writes are proven done again. */
    public void suspect() {
        gate.close();
    }

    /** Sends a request that changes nothing. Answers as {@link Failures#of(Answer)} lets them through. */
    public Answer read(Call call) throws SinkException, InterruptedException {
        return send(call, null);
    }

    /** Sends a request that changes the collection, once our earlier writes to it are done. */
    public Answer write(String collection, Call call) throws SinkException, InterruptedException {
        gate.await(collection);
        return send(call, collection);
    }

    /** Sends a request that changes something which no write of the pipeline depends on, without waiting for earlier writes. */
    public Answer now(Call call) throws SinkException, InterruptedException {
        return send(call, null);
    }

    /** Starts a request whose answer is streamed. */
    public <T> HttpResponse<T> stream(Call call, BodyHandler<T> handler) throws SinkException, InterruptedException {
        URI node = nodes.current();
        try {
            return client.exchange(node, call, handler);
        } catch (TransportException e) {
            throw broken(node, e);
        }
    }

    /**
     * Records that there was no answer from {@code node}: the gate closes, and the next request goes to the node that is then the
     * current one.
     */
    public SinkException broken(URI node, TransportException e) {
        leftIf(nodes.failed(node, e.stage()));
        gate.close();
        return Failures.of(e);
    }

    /**
     * Records that the answer cannot be what the server meant to send: the next write waits until the request of unknown outcome
     * is done.
     */
    public SinkException damaged(String collection, Answer answer, String why) {
        unresolved(new Write(collection, answer.node()));
        return Failures.damaged(answer, why);
    }

    /**
     * Determines what a 404 of a collection means: one that is still loading is not missing.
     *
     * @return whether it does not exist
     */
    public boolean missing(String collection) throws SinkException, InterruptedException {
        if (gate.awaitAgain(collection).exists()) {
            return false;
        }
        gate.awaitAgain(NAMES);
        return true;
    }

    /** Returns the failure for a 404 of a collection that was written to. */
    public SinkException missingFailure(String collection) throws SinkException, InterruptedException {
        return missing(collection)
                ? Failures.missing(collection, node())
                : unsettled("answered 404 for the collection \"" + collection + "\", which is there again");
    }

    /** @param written the collection that the request changes; null: none of ours */
    private Answer send(Call call, @Nullable String written) throws SinkException, InterruptedException {
        if (written == null) {
            return unchanging(call, nodes.current());
        }
        Write write = nodes.begin(written)
                .orElseThrow(() -> unsettled("is not written to any more: the service has stopped"));
        try {
            return changing(call, written, write);
        } finally {
            nodes.ended(write);
        }
    }

    private Answer unchanging(Call call, URI node) throws SinkException, InterruptedException {
        Exchange<byte[]> exchange = client.start(node, call, BodyHandlers.ofByteArray());
        try {
            return judged(answer(exchange, call.deadline()), null);
        } catch (TransportException e) {
            throw broken(node, e);
        } finally {
            exchange.cancel();
        }
    }

    private Answer changing(Call call, String written, Write write) throws SinkException, InterruptedException {
        Exchange<byte[]> exchange = client.start(write.node(), call, BodyHandlers.ofByteArray());
        boolean kept = false;
        try {
            return judged(answer(exchange, call.deadline()), write);
        } catch (TransportException e) {
            if (e.stage() == Stage.TIMEOUT) {
                // If it were closed now, the server could still read it, and nothing would show when.
                open.add(written, exchange);
                kept = unresolved(write);
                if (!kept) {
                    open.remove(written, exchange); // Its node was left: it is not waited for.
                }
            } else if (e.stage() == Stage.BROKEN) {
                unresolved(write);
            }
            nodes.ended(write);
            throw broken(exchange.node(), e);
        } catch (InterruptedException | RuntimeException | Error e) {
            unresolved(write);
            throw e;
        } finally {
            if (!kept) {
                exchange.cancel();
            }
        }
    }

    /**
     * Records a write as unresolved and closes the gate in one step, so that a fence sent before the write does not count for it.
     * Returns whether its node is still the current one.
     */
    private boolean unresolved(Write write) {
        return gate.close(() -> nodes.unresolved(write));
    }

    private static Answer answer(Exchange<byte[]> exchange, Duration limit)
            throws TransportException, InterruptedException {
        HttpResponse<byte[]> response = exchange.await(limit);
        return new Answer(exchange.node(), exchange.call(), response.statusCode(), response.body());
    }

    private Answer judged(Answer answer, @Nullable Write written) throws SinkException {
        SinkException failure = Failures.of(answer);
        if (failure == null) {
            return answer;
        }
        // 503 is Typesense declining before it starts; behind any other a proxy may have left the request running.
        if (written != null && (answer.status() >= 500 || answer.status() == 408) && answer.status() != 503) {
            unresolved(written);
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
            throw answer.json().has("ok")
                    ? Failures.notReady(node, "says that it is not healthy")
                    : Failures.damaged(answer, "this is not Typesense's health");
        } catch (SinkException e) {
            leftIf(nodes.unusable(node)); // Nothing if it was left just now.
            throw e;
        }
    }

    @Override
    public boolean answered(String collection, Duration limit) throws SinkException, InterruptedException {
        try {
            if (open.await(collection, limit)) {
                return true;
            }
        } catch (TransportException e) {
            throw broken(nodes.current(), e);
        }
        if (open.isOlderThan(collection, lostAfter)) {
            open.cancel(collection);
            gate.close(); // It was being read until now.
        }
        return false;
    }

    @Override
    public SettleGate.Fence fence(String collection) {
        URI node = nodes.current();
        long sent = System.nanoTime();
        // A collection without a name is rejected when its turn comes, after the aliases that were accepted before.
        Call call = collection.equals(NAMES)
                ? Call.json("POST", Paths.COLLECTIONS, "{}", timeout)
                : Call.delete(Paths.fence(collection), timeout);
        Exchange<byte[]> exchange = client.start(node, call, BodyHandlers.ofByteArray());
        return limit -> passed(exchange, sent, limit);
    }

    private SettleGate.@Nullable Proof passed(Exchange<byte[]> exchange, long sent, Duration limit)
            throws SinkException, InterruptedException {
        try {
            Answer answer = answer(exchange, limit);
            boolean names = answer.call().method().equals("POST");
            if (names && answer.status() == 401) {
                return proof(false, exchange); // A key that must not create collections does not need the proof.
            }
            judged(answer, null);
            if (names
                    || answer.status() == 404
                    || answer.json().path("num_deleted").isNumber()) {
                return proof(answer.ok(), exchange);
            }
            throw answer.ok()
                    ? Failures.damaged(answer, "it lacks num_deleted")
                    : Failures.rejected(answer, "Check Typesense's log");
        } catch (TransportException e) {
            if (e.stage() == Stage.TIMEOUT && System.nanoTime() - sent < timeout.toNanos()) {
                return null;
            }
            exchange.cancel();
            leftIf(nodes.unusable(exchange.node()));
            throw broken(exchange.node(), e);
        } catch (SinkException e) {
            leftIf(e.kind() == Kind.RETRYABLE && nodes.unusable(exchange.node()));
            throw e;
        }
    }

    private static SettleGate.Proof proof(boolean exists, Exchange<?> exchange) {
        return new SettleGate.Proof(exists, exchange.endedNanos());
    }

    /** Closes the open writes if a node was left: what was sent to it is not waited for. */
    private void leftIf(boolean left) {
        if (left) {
            open.cancelAll();
        }
    }

    @Override
    public SinkException unsettled(String what) {
        return Failures.notReady(node(), what);
    }

    @Override
    public void settled(String collection) {
        nodes.resolved(collection);
    }

    private Duration shorter(Duration other) {
        return timeout.compareTo(other) < 0 ? timeout : other;
    }
}
