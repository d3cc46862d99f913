package dev.tidemark.sink.typesense;

import static dev.tidemark.sink.typesense.Sinks.FIELDS;
import static dev.tidemark.sink.typesense.Sinks.document;
import static dev.tidemark.sink.typesense.Sinks.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.http.Cluster;
import dev.tidemark.testkit.typesense.TypesenseCluster;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three real nodes, one of which is killed or goes silent in the middle of writes. */
class TypesenseClusterIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration LOST_AFTER = Duration.ofSeconds(3);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init")
    private static TypesenseCluster cluster;

    /** Not where it is declared: a test that is run a second time needs another one, this one is closed by then. */
    @BeforeAll
    static void start() {
        cluster = TypesenseCluster.start(3);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** The leader dies under load: whatever of the last request it had handed on, the newest version wins everywhere. */
    @Test
    void killedLeader_isLeftAtOnce_andTheLastVersionWins() throws Exception {
        int leader = leader();
        TypesenseSink sink = sink(leader, Cluster.LOST_AFTER);
        sink.create("killed", FIELDS, false);
        int version = 0;
        for (; version < 5; version++) {
            List<Document> documents = versions(version);
            untilAccepted(() -> sink.upsert("killed", documents));
        }
        Thread killer = new Thread(() -> cluster.kill(leader));
        killer.start();
        for (int last = version + 30; version < last; version++) {
            List<Document> documents = versions(version);
            untilAccepted(() -> sink.upsert("killed", documents));
        }
        killer.join();
        int next = leader();
        assertThat(cluster.admin(next).get("/collections/killed/documents/1999"))
                .contains("\"n\":" + (version - 1));
        cluster.startAgain(leader);
        assertThat(cluster.admin(next).export("killed"))
                .hasSize(2_000)
                .allSatisfy(line -> assertThat(line).contains("\"n\":34"));
        await().atMost(LIMIT)
                .ignoreExceptions() // it is healthy, and may not have the collection yet
                .until(() -> cluster.admin(leader).export("killed").size() == 2_000);
        // A node that follows is asked: what it lists is complete.
        Set<String> ids = new HashSet<>();
        TypesenseSink following = sink(leader, LOST_AFTER);
        untilAccepted(() -> {
            ids.clear();
            following.exportIds("killed", ids::add);
        });
        assertThat(ids).hasSize(2_000);
        assertThat(sink.overtaken()).isEmpty();
    }

    /**
     * A node that freezes with a request in its socket is left after the bound. When it resumes it does apply the request, after newer
     * ones (were that not so, nothing would have to be read again): the sink says which collection that concerns.
     */
    @Test
    void silentNode_isLeftAfterTheBound_andWhatItWritesLateIsReported() throws Exception {
        int leader = leader();
        int silent = (leader + 1) % 3;
        TypesenseSink sink = sink(silent, LOST_AFTER);
        sink.create("silent", FIELDS, false);
        sink.upsert("silent", documents(10));
        cluster.pause(silent);
        long begin = System.nanoTime();
        try {
            untilAccepted(new Attempt() {
                private int n = 1;

                @Override
                public void run() throws Exception {
                    n++; // The first one stays in the silent node's socket: n is 2 there.
                    sink.upsert("silent", List.of(document("0", ",\"n\":" + n)));
                }
            });
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(LOST_AFTER, Duration.ofSeconds(30));
            sink.upsert("silent", List.of(document("0", ",\"n\":1000")));
            assertThat(sink.overtaken()).isEmpty(); // Silent still.
            assertThat(cluster.admin(leader).get("/collections/silent/documents/0"))
                    .contains("\"n\":1000");
        } finally {
            cluster.resume(silent);
        }
        Set<String> overtaken = new HashSet<>();
        await().atMost(LIMIT).until(() -> overtaken.addAll(sink.overtaken()));
        assertThat(overtaken).containsExactly("silent");
        assertThat(sink.overtaken()).isEmpty();
        // What is read again after the report comes last.
        sink.upsert("silent", List.of(document("0", ",\"n\":1001")));
        assertThat(cluster.admin(leader).get("/collections/silent/documents/0")).contains("\"n\":1001");
    }

    private static int leader() {
        return await().atMost(LIMIT).until(cluster::leader, leads -> leads >= 0);
    }

    /** Its first node is that one. */
    private static TypesenseSink sink(int first, Duration lostAfter) {
        List<URI> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(cluster.uri((first + i) % 3));
        }
        return new TypesenseSink(Sinks.config(nodes, cluster.apiKey(), TIMEOUT), Duration.ofMillis(500), lostAfter);
    }

    private static List<Document> versions(int n) {
        return IntStream.range(0, 2_000)
                .mapToObj(i -> document(Integer.toString(i), ",\"n\":" + n))
                .toList();
    }

    /** As the flush worker does: what is retryable is sent again. */
    private static void untilAccepted(Attempt attempt) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            try {
                attempt.run();
                return true;
            } catch (SinkException e) {
                assertThat(e.kind()).as(e.toString()).isEqualTo(SinkException.Kind.RETRYABLE);
                return false;
            }
        });
    }

    private interface Attempt {
        void run() throws Exception;
    }
}
