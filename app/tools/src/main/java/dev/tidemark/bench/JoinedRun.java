package dev.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code bench --joined}: one change that concerns all joined documents, by Tidemark and by a bare loop. */
final class JoinedRun {

    private static final String RAW = "raw";

    private final Launch launch;
    private final Workload workload;
    private final Search search;
    private final String interval;
    private final JoinedTables tables;

    JoinedRun(Launch launch, Workload workload, Search search, String interval) {
        this.launch = launch;
        this.workload = workload;
        this.search = search;
        this.interval = interval;
        this.tables = new JoinedTables(workload);
    }

    JoinedFigures run() throws IOException, InterruptedException {
        try {
            tables.fill();
            double tidemark;
            int peakRssMb;
            try (Child child = launch.tidemark("joined", interval, tables.document(), 0, true)) {
                child.await(() -> search.documents(Workload.TABLE) == workload.rows());
                workload.awaitStreaming();
                tidemark = rate("Tidemark", renamed(child, "Renamed brand"));
                peakRssMb = child.peakRssMb();
            }
            BareLoop loop = new BareLoop(workload, tables, search);
            search.create(Workload.TABLE, RAW);
            loop.run(RAW); // the documents are there, as they were for Tidemark, and the loop's code is compiled
            requireEqual();
            tables.rename("Brand once more");
            double raw = rate("bare loop", loop.run(RAW));
            return new JoinedFigures(workload.factory().name(), workload.rows(), raw, tidemark, peakRssMb);
        } catch (SQLException e) {
            throw new IllegalStateException("the database rejected: " + e.getMessage(), e);
        }
    }

    /** Seconds from the change's commit until every document has it. */
    private double renamed(Child child, String brand) throws SQLException, IOException, InterruptedException {
        Thread.sleep(1_000); // what the snapshot left to do, such as a commit of offsets
        child.requireAlive();
        tables.rename(brand);
        long start = System.currentTimeMillis();
        // The last document is requested first: a count reads all documents, and would slow down the measured
        // processes.
        child.await(() -> search.document(workload.rows()).contains('"' + brand + '"'));
        return (child.await(() -> search.having(Workload.TABLE, JoinedTables.BRAND, brand) == workload.rows()) - start)
                / 1000.0;
    }

    private double rate(String what, double seconds) {
        double rate = workload.rows() / Math.max(0.001, seconds);
        System.err.printf(
                "bench: %s, joined documents: %,d in %.2f s, %,.0f/s%n", what, workload.rows(), seconds, rate);
        return rate;
    }

    /** Fails unless both wrote the same documents: otherwise their rates are not comparable. */
    private void requireEqual() throws IOException, InterruptedException {
        Map<String, JsonNode> ours = byId(search.export(Workload.TABLE));
        Map<String, JsonNode> theirs = byId(search.export(RAW));
        if (ours.size() != workload.rows() || !ours.equals(theirs)) {
            String id = ours.entrySet().stream()
                    .filter(each -> !each.getValue().equals(theirs.get(each.getKey())))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse("");
            throw new IllegalStateException("the bare loop wrote other documents than Tidemark: " + ours.size()
                    + " by Tidemark, such as " + ours.get(id) + ", and " + theirs.size() + ", such as "
                    + theirs.get(id));
        }
    }

    private static Map<String, JsonNode> byId(List<byte[]> bodies) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Map<String, JsonNode> byId = new HashMap<>();
        for (byte[] body : bodies) {
            for (String line : new String(body, StandardCharsets.UTF_8).lines().toList()) {
                JsonNode document = mapper.readTree(line);
                byId.put(document.path("id").asText(), document);
            }
        }
        return byId;
    }
}
