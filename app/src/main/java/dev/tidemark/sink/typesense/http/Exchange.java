package dev.tidemark.sink.typesense.http;

import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A request that was sent. It can be waited for several times: a deadline that passes does not end it, only {@link #cancel} does.
 * Thread-safe.
 */
final class Exchange<T> {

    private final URI node;
    private final Call call;
    private final CompletableFuture<HttpResponse<T>> response;
    private final Function<Throwable, TransportException> failure;
    private volatile long ended;

    /** @param failure sorts what the HTTP client reports */
    Exchange(
            URI node,
            Call call,
            CompletableFuture<HttpResponse<T>> response,
            Function<Throwable, TransportException> failure) {
        this.node = node;
        this.call = call;
        this.response = response;
        this.failure = failure;
        response.whenComplete((answer, thrown) -> ended = System.nanoTime());
    }

    /**
     * Returns when the answer or the failure arrived, as {@link System#nanoTime}; to be called after {@link #await} has returned
     * one.
     */
    long endedNanos() {
        return ended;
    }

    URI node() {
        return node;
    }

    Call call() {
        return call;
    }

    /** Returns the response; {@link Stage#TIMEOUT} if it does not arrive in time, and the request continues. */
    HttpResponse<T> await(Duration limit) throws TransportException, InterruptedException {
        try {
            return response.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TransportException(Stage.TIMEOUT, node, call, e);
        } catch (CancellationException e) {
            throw new TransportException(Stage.BROKEN, node, call, e);
        } catch (ExecutionException e) {
            throw failure.apply(e.getCause() == null ? e : e.getCause());
        }
    }

    /** Closes the connection unless the answer is complete. */
    void cancel() {
        response.cancel(true);
    }
}
