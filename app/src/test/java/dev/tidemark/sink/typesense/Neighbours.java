package dev.tidemark.sink.typesense;

import dev.tidemark.testkit.typesense.TypesenseAdmin;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Other clients of the same Typesense, which import into a collection of their own without a pause. */
public final class Neighbours implements AutoCloseable {

    private static final int LINES = 5_000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong imported = new AtomicLong();
    private volatile boolean stop;

    /** Starts importers; they end when this is closed. */
    public Neighbours(TypesenseServer server, int importers) {
        server.admin()
                .post(
                        "/collections",
                        "{\"name\":\"neighbours\",\"fields\":[{\"name\":\"n\",\"type\":\"int32\"},"
                                + "{\"name\":\"t\",\"type\":\"string\"}]}");
        for (int i = 0; i < importers; i++) {
            int from = i * LINES;
            Thread thread = new Thread(() -> run(server.admin(), from), "neighbour-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** How many imports were answered. */
    public long imported() {
        return imported.get();
    }

    private void run(TypesenseAdmin admin, int from) {
        for (int round = 0; !stop; round++) {
            int n = round;
            String body = IntStream.range(from, from + LINES)
                    .mapToObj(i -> "{\"id\":\"" + i + "\",\"n\":" + n + ",\"t\":\"" + words(i, n) + "\"}")
                    .collect(Collectors.joining("\n"));
            admin.post("/collections/neighbours/documents/import?action=upsert", body);
            imported.incrementAndGet();
        }
    }

    private static String words(int i, int n) {
        return IntStream.range(0, 15)
                .mapToObj(k -> "w" + (i * 7 + k * 13 + n) % 5000)
                .collect(Collectors.joining(" "));
    }

    @Override
    public void close() throws InterruptedException {
        stop = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
