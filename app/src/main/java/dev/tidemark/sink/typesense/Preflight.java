package dev.tidemark.sink.typesense;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.tls.TlsFailure;
import dev.tidemark.sink.typesense.http.Answer;
import dev.tidemark.sink.typesense.http.Call;
import dev.tidemark.sink.typesense.http.Paths;
import dev.tidemark.sink.typesense.http.TransportException;
import dev.tidemark.sink.typesense.http.TypesenseClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks of the nodes that change nothing and wait for nothing. Which actions on documents a key permits cannot be tested without
 * performing them; a missing permission shows at the first flush.
 */
final class Preflight {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final String SUBJECT = "typesense";
    private static final String KEY = "typesense key";

    private final TypesenseClient client;
    private final List<URI> nodes;

    Preflight(TypesenseClient client, List<URI> nodes) {
        this.client = client;
        this.nodes = nodes;
    }

    List<Check> run() throws InterruptedException {
        List<Check> checks = new ArrayList<>();
        URI healthy = null;
        for (URI node : nodes) {
            Check check = health(node);
            checks.add(check);
            if (healthy == null && check.outcome() == Check.Outcome.OK) {
                healthy = node;
            }
        }
        if (healthy != null) {
            // One node is enough to work with; that others are away is reported as a warning.
            checks.replaceAll(check -> check.outcome() == Check.Outcome.UNREACHABLE
                    ? Check.warning(check.subject(), check.message(), check.hint())
                    : check);
            try {
                key(healthy, checks);
            } catch (TransportException e) {
                checks.add(unreachable(e.getMessage()));
            }
        }
        return checks;
    }

    private Check health(URI node) throws InterruptedException {
        try {
            Answer answer = client.send(node, Call.get(Paths.HEALTH, DEADLINE));
            if (answer.status() / 100 == 3) {
                return Check.failed(
                        SUBJECT,
                        node + " answered with a redirect (" + answer.status() + ")",
                        "Name Typesense itself in sink.typesense.nodes, with the right scheme");
            } else if (answer.json().path("ok").asBoolean(false)) {
                return Check.ok(SUBJECT, node + " is healthy");
            } else if (answer.json().has("ok") || answer.status() >= 500) {
                return unreachable(node + " is not healthy (" + answer.status() + ")");
            }
            return Check.failed(
                    SUBJECT,
                    node + " does not answer like Typesense (" + answer.status() + ")",
                    "Check sink.typesense.nodes: host, port and scheme");
        } catch (TransportException e) {
            TlsFailure tls = e.tls();
            return tls == null ? unreachable(e.getMessage()) : Check.failed(SUBJECT, tls.message(), tls.hint());
        }
    }

    private static Check unreachable(String message) {
        return Check.unreachable(SUBJECT, message, "Start Typesense, or correct sink.typesense.nodes");
    }

    private void key(URI node, List<Check> checks) throws TransportException, InterruptedException {
        Answer debug = client.send(node, Call.get(Paths.DEBUG, DEADLINE));
        Answer listing = client.send(node, Call.get(Paths.COLLECTIONS, DEADLINE));
        Answer alias = client.send(node, Call.get(Paths.alias("tidemark-preflight"), DEADLINE));
        if (isForbidden(debug) && isForbidden(listing) && isForbidden(alias)) {
            checks.add(Check.failed(
                    KEY,
                    node + " does not accept the API key (" + listing.status() + ")",
                    "Set sink.typesense.apiKey to a key of this server"));
            return;
        }
        String version = debug.json().path("version").asText("");
        checks.add(
                isForbidden(debug) || version.isEmpty()
                        ? Check.warning(
                                "typesense version",
                                "unknown: the key lacks debug:list",
                                "Add the action debug:list; without it the oldest supported version is assumed")
                        : Check.ok("typesense version", version));
        require(listing, "collections:list", checks);
        if (isForbidden(alias)) {
            checks.add(Check.warning(
                    KEY,
                    "the key lacks aliases:get",
                    "Add the action aliases:get: it is needed if a collection is an alias or does not exist yet"));
        }
        if (checks.stream().noneMatch(check -> check.subject().equals(KEY))) {
            checks.add(Check.ok(KEY, "accepted"));
        }
    }

    private static void require(Answer answer, String action, List<Check> checks) {
        if (isForbidden(answer)) {
            checks.add(Check.failed(
                    KEY,
                    "the key lacks " + action + " (" + answer.status() + ")",
                    "Add the action " + action
                            + " to the key: Tidemark watches that its collections stay the same ones"));
        } else if (!answer.ok()) {
            checks.add(unreachable(answer.call() + " answered " + answer.status()));
        }
    }

    private static boolean isForbidden(Answer answer) {
        return answer.status() == 401 || answer.status() == 403;
    }
}
