package dev.tidemark.sink.typesense.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.FakeServer;
import dev.tidemark.sink.typesense.Sinks;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What several nodes are to the pipeline, with nodes that freeze at a moment of the test's choice. */
class ClusterTest {

    private static final Duration TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private volatile boolean frozen;

    /** The first node freezes with a write that it has read; a probe for another collection notices before that write's deadline. */
    @Test
    void aNodeThatFreezesWithAWriteOnItsWay_isWatchedUntilItIsBack() throws Exception {
        try (FakeServer first = new FakeServer(this::freezing);
                FakeServer second = new FakeServer(request -> null)) {
            Cluster cluster = cluster(first, second);
            cluster.settle("c");
            Future<?> write = CompletableFuture.runAsync(() -> writeIsNotAnswered(cluster));
            await().until(() -> first.count("POST") == 1);
            freeze(first);
            cluster.suspect();
            await().until(() -> isReached(cluster, second));
            write.get();

            assertThat(cluster.overtaken()).isEmpty();
            thaw(first);
            await().until(cluster::overtaken, names -> names.contains("c"));
            assertThat(cluster.overtaken()).isEmpty();
        }
    }

    private static boolean isReached(Cluster cluster, FakeServer node) throws InterruptedException {
        try {
            cluster.settle("d");
        } catch (SinkException stillFrozen) {
            return false;
        }
        return cluster.node().equals(node.uri());
    }

    private static void writeIsNotAnswered(Cluster cluster) {
        assertThatThrownBy(() -> cluster.write("c", Call.json("POST", "/collections/c/documents", "{}", DEADLINE)))
                .isInstanceOf(SinkException.class);
    }

    private @Nullable String freezing(String request) {
        return frozen || request.startsWith("POST") ? FakeServer.HANG : null;
    }

    private void freeze(FakeServer node) {
        frozen = true;
        node.fence = FakeServer.HANG;
    }

    private void thaw(FakeServer node) {
        frozen = false;
        node.fence = FakeServer.answer(200, "{\"num_deleted\":0}");
    }

    private static Cluster cluster(FakeServer... servers) throws Exception {
        List<URI> nodes = List.of(servers).stream().map(FakeServer::uri).toList();
        TypesenseClient client = new TypesenseClient(Sinks.config(nodes, "key", TIMEOUT));
        client.send(nodes.get(0), Call.get(Paths.HEALTH, Duration.ofSeconds(30))); // A JVM's first one is slow.
        return new Cluster(client, nodes, TIMEOUT, Duration.ofMillis(1), Duration.ofMillis(1));
    }
}
