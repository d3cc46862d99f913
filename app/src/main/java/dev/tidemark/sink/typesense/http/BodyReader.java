package dev.tidemark.sink.typesense.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Pulls a body piece by piece, each with a deadline; the JDK's InputStream of a body has none and would wait indefinitely. One
 * piece is requested at a time, so memory stays bounded and the server waits. For one thread.
 */
public final class BodyReader implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    /** A piece, or the end: with a failure or, if both are null, without. */
    private record Piece(
            @Nullable List<ByteBuffer> buffers, @Nullable Throwable failure) {}

    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final Duration timeout;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;

    public BodyReader(Flow.Publisher<List<ByteBuffer>> body, Duration timeout) {
        this.timeout = timeout;
        body.subscribe(this);
    }

    /** Returns the next piece; empty at the end. */
    public List<ByteBuffer> next() throws IOException, TimeoutException, InterruptedException {
        while (true) {
            Piece piece = pieces.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (piece == null) {
                throw new TimeoutException("no byte for " + timeout);
            }
            if (piece.failure() != null) {
                throw new IOException(piece.failure().getMessage(), piece.failure());
            }
            if (piece.buffers() == null) {
                return List.of();
            }
            Flow.Subscription asked = subscription;
            if (asked != null) {
                asked.request(1);
            }
            if (!piece.buffers().isEmpty()) {
                return piece.buffers();
            }
        }
    }

    /** Returns all that is left, for a short answer such as an error. */
    public byte[] rest() throws IOException, TimeoutException, InterruptedException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        for (List<ByteBuffer> piece = next(); !piece.isEmpty() && rest.size() < 65_536; piece = next()) {
            for (ByteBuffer buffer : piece) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                rest.writeBytes(bytes);
            }
        }
        return rest.toByteArray();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        pieces.add(new Piece(buffers, null));
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece(null, failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece(null, null));
    }

    /** Closes the connection unless the body is at its end. */
    @Override
    public void close() {
        closed = true;
        Flow.Subscription given = subscription;
        if (given != null) {
            given.cancel();
        }
    }
}
