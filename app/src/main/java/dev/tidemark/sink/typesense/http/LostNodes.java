package dev.tidemark.sink.typesense.http;

import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches the nodes that were left although a write had no answer. One whose machine is lost never applies it. One that was only
 * frozen or cut off reads it from its connection when it is back, and its cluster applies it after newer writes (seen on 0.24.1).
 * So when it answers again, the collections of such writes are reported. One thread at a time.
 */
final class LostNodes {

    private static final Duration PROBE = Duration.ofSeconds(2);

    private final TypesenseClient client;
    private final Nodes nodes;
    private final Duration apart;
    private final Map<URI, Long> backSince = new HashMap<>();

    /** @param apart how long a node that is back may take to read what was sent to it before */
    LostNodes(TypesenseClient client, Nodes nodes, Duration apart) {
        this.client = client;
        this.nodes = nodes;
        this.apart = apart;
    }

    /** Returns the collections that nodes which are back may have written to; each is reported once. */
    Set<String> returned() throws InterruptedException {
        Set<String> overtaken = new HashSet<>();
        for (Map.Entry<URI, Set<String>> left : nodes.left().entrySet()) {
            URI node = left.getKey();
            Stage stage = probe(node);
            if (stage == null) {
                long now = System.nanoTime();
                long since = backSince.computeIfAbsent(node, name -> now);
                if (now - since >= apart.toNanos()) {
                    overtaken.addAll(left.getValue());
                    forget(node);
                }
            } else if (stage == Stage.REFUSED) {
                forget(node); // The process has ended, and what it had not handed on is lost with it.
            } else {
                backSince.remove(node);
            }
        }
        return overtaken;
    }

    private void forget(URI node) {
        backSince.remove(node);
        nodes.forget(node);
    }

    /** Returns how far the request came; {@code null} if there was any answer. */
    private @Nullable Stage probe(URI node) throws InterruptedException {
        try {
            client.send(node, Call.get(Paths.HEALTH, PROBE));
            return null;
        } catch (TransportException e) {
            return e.stage();
        }
    }
}
