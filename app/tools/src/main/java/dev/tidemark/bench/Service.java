package dev.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The measured service, P, seen from outside: by its status, and by what Typesense has. Nothing here depends on how it loads a
 * table.
 *
 * @param table the table as the configuration names it
 * @param collection the collection of its documents
 * @param filter a filter that every document matches
 */
record Service(Child process, ServiceApi api, Search search, String table, String collection, String filter, int rows)
        implements AutoCloseable {

    /** Time between two queries during the start: 50 a second. */
    private static final long START_MILLIS = 20;

    /** Time between two queries of the status during a load, which take processor time of the measured process. */
    private static final long STATUS_MILLIS = 100;

    /**
     * The load with which a service begins.
     *
     * @param firstDocumentMillis from the start of the process until a search with a filter found a document
     */
    record FirstLoad(Figures.Load load, long firstDocumentMillis) {}

    /**
     * Waits for the load with which the service begins. Its clock starts when the status shows that it loads, and stops when the
     * collection has as many documents as the table has rows.
     */
    FirstLoad awaitFirstLoad() throws IOException, InterruptedException {
        long begun = 0;
        long cpu = 0;
        long found = 0;
        while (begun == 0 || found == 0) {
            process.requireAlive();
            if (begun == 0 && isLoading(api.status())) {
                begun = System.currentTimeMillis();
                cpu = process.cpuMicros();
            }
            if (found == 0 && search.found(collection, filter) > 0) {
                found = System.currentTimeMillis();
            }
            if (begun == 0 && found > 0) {
                System.err.println(
                        "bench: a document was found before the status showed that the service loads: the clock"
                                + " of the load starts with the process");
                begun = process.startedMillis();
            }
            if (System.currentTimeMillis() - process.startedMillis() > Child.LIMIT_SECONDS * 1_000) {
                throw new IllegalStateException(
                        "no document after " + Child.LIMIT_SECONDS + " s: " + process.logTail());
            }
            Thread.sleep(START_MILLIS);
        }
        long end = process.await(() -> search.documents(collection) == rows, limitSeconds());
        return new FirstLoad(load(begun, end, cpu), found - process.startedMillis());
    }

    private static boolean isLoading(JsonNode status) {
        String state = status.path("state").asText();
        return status.path("snapshot").isObject() || !state.isEmpty() && !state.equals("starting");
    }

    /** Requests another load of the table, and waits for its end. */
    Figures.Load loadAgain() throws IOException, InterruptedException {
        awaitStreaming();
        Set<String> before = new HashSet<>();
        for (JsonNode load : api.loads(table)) {
            before.add(load.path("requested").asText());
        }
        long start = System.currentTimeMillis();
        long cpu = process.cpuMicros();
        api.load(table);
        long end = process.await(() -> hasEnded(before), limitSeconds(), STATUS_MILLIS);
        if (search.documents(collection) != rows) {
            throw new IllegalStateException("after a load, " + collection + " has " + search.documents(collection)
                    + " documents, and its table " + rows + " rows");
        }
        return load(start, end, cpu);
    }

    private boolean hasEnded(Set<String> before) throws InterruptedException {
        List<JsonNode> loads = api.loads(table).stream()
                .filter(load -> !before.contains(load.path("requested").asText()))
                .toList();
        for (JsonNode load : loads) {
            String state = load.path("state").asText();
            if (state.equals("failed") || state.equals("stopped")) {
                throw new IllegalStateException("the load " + state + ": " + load);
            }
            if (!state.equals("done")) {
                return false;
            }
        }
        return !loads.isEmpty();
    }

    private Figures.Load load(long start, long end, long cpuBefore) {
        double rate = rows * 1000.0 / Math.max(1, end - start);
        double cpu = (process.cpuMicros() - cpuBefore) / (double) rows;
        System.err.printf(
                "bench: Tidemark, load: %,d in %.2f s, %,.0f/s, %.1f us of processor time per row%n",
                rows, (end - start) / 1000.0, rate, cpu);
        return new Figures.Load(rate, cpu);
    }

    /** Waits until the status shows that no load runs, and changes are streamed. */
    void awaitStreaming() throws IOException, InterruptedException {
        process.await(() -> api.status().path("state").asText().equals("streaming"), 60, STATUS_MILLIS);
    }

    private long limitSeconds() {
        return Child.LIMIT_SECONDS + rows / 1_000;
    }

    @Override
    public void close() {
        process.close();
    }
}
