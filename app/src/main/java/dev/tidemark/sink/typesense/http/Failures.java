package dev.tidemark.sink.typesense.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.connector.tls.TlsFailure;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkException.Kind;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The only class that sorts failures: what is retried, what stops, and what is reported to the operator. Upholds invariant 6. */
public final class Failures {

    static final String CONNECTION = "connection";
    static final String TIMEOUT = "timeout";
    static final String TLS = "tls";
    public static final String DAMAGED = "damaged";
    public static final String NOT_READY = "not_ready";
    public static final String OUT_OF_RESOURCES = "out_of_resources";
    public static final String UNAUTHORIZED = "unauthorized";
    static final String REDIRECTED = "redirected";
    public static final String REJECTED = "refused";
    public static final String COLLECTION_MISSING = "collection_missing";

    private static final String WAITS = "Nothing to do if Typesense comes back automatically; else check its log";

    private Failures() {}

    public static SinkException of(TransportException e) {
        TlsFailure tls = e.tls();
        if (tls != null) { // Tried again like a missing connection: another node may do, and certificates are renewed.
            return new SinkException(Kind.RETRYABLE, TLS, e.getMessage(), tls.hint(), e);
        }
        return e.stage() == TransportException.Stage.TIMEOUT
                ? new SinkException(
                        Kind.RETRYABLE,
                        TIMEOUT,
                        e.getMessage(),
                        "Typesense is hung or overloaded, or sink.typesense.timeout is too short for it",
                        e)
                : new SinkException(
                        Kind.RETRYABLE,
                        CONNECTION,
                        e.getMessage(),
                        "Check that Typesense runs and that sink.typesense.nodes names it",
                        e);
    }

    /**
     * Returns the failure that an answer means for every request. Null: a success, or a rejection (400, 404, 409, 413, 422, ...)
     * with Typesense's message, which only the caller can judge.
     */
    public static @Nullable SinkException of(Answer answer) {
        int status = answer.status();
        if (answer.ok() || status == 413) { // A proxy says 413 in HTML, and means what Typesense would mean.
            return null;
        }
        if (status == 401 || status == 403) {
            return unauthorized(answer);
        }
        if (status == 408 || status == 429 || status >= 500) {
            return new SinkException(
                    Kind.RETRYABLE, status == 503 ? NOT_READY : "http_" + status, text(answer), WAITS, null);
        }
        if (status < 400) {
            return new SinkException(
                    Kind.FATAL,
                    REDIRECTED,
                    text(answer),
                    "Redirects are not followed: name Typesense itself in sink.typesense.nodes, with the right scheme",
                    null);
        }
        if (status == 422 && outOfResources(answer.message())) {
            return new SinkException(
                    Kind.RETRYABLE, OUT_OF_RESOURCES, text(answer), "Give Typesense more disk or memory", null);
        }
        if (status == 422 && passing(answer.message())) {
            return new SinkException(Kind.RETRYABLE, NOT_READY, text(answer), WAITS, null);
        }
        return answer.message().isEmpty() ? damaged(answer, "this is not Typesense's answer") : null;
    }

    public static SinkException damaged(Answer answer, String why) {
        return new SinkException(
                Kind.RETRYABLE,
                DAMAGED,
                text(answer) + " (" + why + ")",
                "Check what stands between Tidemark and Typesense, such as a proxy",
                null);
    }

    /** Returns the failure for a rejection that no split and no other request avoids. */
    public static SinkException rejected(Answer answer, String hint) {
        return new SinkException(Kind.FATAL, REJECTED, text(answer), hint, null);
    }

    static SinkException notReady(URI node, String what) {
        return new SinkException(Kind.RETRYABLE, NOT_READY, "Typesense on " + node + " " + what, WAITS, null);
    }

    public static SinkException missing(String collection, URI node) {
        return new SinkException(
                Kind.FATAL,
                COLLECTION_MISSING,
                "The collection \"" + collection + "\" does not exist on " + node,
                "It was dropped or renamed: restore it, or restart Tidemark, which then fills it again",
                null);
    }

    /** Returns whether a line's error is the server's, not the document's, so that the full request is to be sent again. */
    public static boolean serverFailure(JsonNode line) {
        int code = line.path("code").asInt(0);
        return code == 408
                || code == 429
                || code >= 500
                || outOfResources(line.path("error").asText(""));
    }

    /**
     * Returns whether Typesense rejects the request for a while only: an alteration during another one (from 28), and any write
     * while it skips them.
     */
    private static boolean passing(String message) {
        return message.contains("operation is in progress") || message.startsWith("Skipping write");
    }

    private static boolean outOfResources(String message) {
        return message.contains("running out of resource");
    }

    private static SinkException unauthorized(Answer answer) {
        return new SinkException(
                Kind.FATAL,
                UNAUTHORIZED,
                text(answer),
                "Check sink.typesense.apiKey: it is wrong, or lacks the action or the collection (" + action(answer)
                        + ")",
                null);
    }

    /** Returns the action that Typesense requires of a key for this request (tried on 0.24.1). */
    private static String action(Answer answer) {
        String path = answer.call().path();
        String method = answer.call().method();
        if (path.equals(Paths.DEBUG)) {
            return "debug:list";
        } else if (path.startsWith(Paths.SNAPSHOT)) {
            return "*: 0.24.1 lets no smaller key take a snapshot";
        } else if (path.startsWith(Paths.KEYS)) {
            return method.equals("POST") ? "keys:create" : "keys:delete";
        } else if (path.startsWith("/aliases/")) {
            return "aliases:get";
        } else if (path.contains("/documents/import")) {
            return "documents:import";
        } else if (path.contains("/documents/export")) {
            return "documents:export";
        } else if (path.contains("/documents")) {
            return "documents:delete";
        } else if (path.equals(Paths.COLLECTIONS) || path.startsWith(Paths.COLLECTIONS + "?")) {
            return method.equals("POST") ? "collections:create" : "collections:list";
        }
        return switch (method) {
            case "PATCH" -> "collections:update";
            case "DELETE" -> "collections:delete";
            default -> "collections:get";
        };
    }

    private static String text(Answer answer) {
        String words = answer.message();
        return answer.call() + " on " + answer.node() + ": " + answer.status() + " "
                + (words.isEmpty() ? answer.excerpt() : words);
    }
}
