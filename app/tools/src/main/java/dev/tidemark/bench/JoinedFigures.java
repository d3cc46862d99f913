package dev.tidemark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * Results of a run with joined documents.
 *
 * @param documents how many documents the change concerned
 * @param raw documents per second by a bare loop of the same query and import
 * @param tidemark documents per second by Tidemark, from the change until all are there
 */
record JoinedFigures(String source, int documents, double raw, double tidemark, int peakRssMb) {

    private double ratio() {
        return tidemark / raw;
    }

    String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("source", source);
        json.put("rows", documents);
        json.putObject("joined")
                .put("raw", Math.round(raw))
                .put("tidemark", Math.round(tidemark))
                .put("ratio", Math.round(ratio() * 100) / 100.0);
        json.put("peakRssMb", peakRssMb);
        return json.toPrettyString();
    }

    String table() {
        return String.format(
                Locale.ROOT,
                "| per second, %,d documents of 4 tables | Tidemark (P) | bare loop (R) | ratio |%n"
                        + "| --- | ---: | ---: | --- |%n| joined, all concerned by one change | %,.0f | %,.0f | %.2f of R"
                        + " |%n%nPeak memory of Tidemark: %d MB%n",
                documents,
                tidemark,
                raw,
                ratio(),
                peakRssMb);
    }
}
