package dev.tidemark.sink.typesense.http;

import dev.tidemark.connector.tls.TlsFailure;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Failure of a request that has no answer. Never leaves this package: {@link Failures} turns it into what a caller can act on.
 */
public final class TransportException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Stages that a request reached, which decide whether it may still run on the server. */
    public enum Stage {
        /** No process listens: the request was not sent, and a process that ran earlier ones has ended. */
        REFUSED,
        /** No connection came about: the request was not sent, the server may be alive. */
        NOT_CONNECTED,
        /** The connection broke: the server may have the request. */
        BROKEN,
        /** The deadline passed: the server may have the request. */
        TIMEOUT
    }

    private final Stage stage;
    private final String message;
    private final @Nullable TlsFailure tls;

    public TransportException(Stage stage, URI node, Call call, Throwable cause) {
        super(cause);
        this.stage = stage;
        this.tls = null;
        this.message = call + " on " + node + ": " + describe(stage, call, cause);
    }

    /** Creates the failure of a node that was reached and is not who it should be, or cannot be identified: nothing was sent. */
    TransportException(TlsFailure tls, URI node, Call call, Throwable cause) {
        super(cause);
        this.stage = Stage.NOT_CONNECTED;
        this.tls = tls;
        this.message = call + " on " + node + ": " + tls.message();
    }

    /** Returns what is wrong with its certificate or with ours; null if that is not what failed. */
    @Nullable
    public TlsFailure tls() {
        return tls;
    }

    /** Returns the call, the node and how far it came; never null here. */
    @Override
    public String getMessage() {
        return message;
    }

    public Stage stage() {
        return stage;
    }

    private static String describe(Stage stage, Call call, Throwable cause) {
        String detail = cause.getMessage();
        String suffix = detail == null ? "" : " (" + detail + ")";
        return switch (stage) {
            case REFUSED -> "connection refused";
            case NOT_CONNECTED -> "cannot connect" + suffix;
            case BROKEN -> "the connection broke" + suffix;
            case TIMEOUT -> "no complete answer within " + call.deadline().toMillis() / 1000.0 + " s";
        };
    }
}
