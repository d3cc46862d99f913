package dev.tidemark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Results of a run. */
final class Figures {

    /**
     * One phase, changes per second.
     *
     * @param raw the same documents by a bare client; 0 if that is not comparable
     * @param engine Debezium with a consumer that does nothing
     */
    record Phase(double raw, double engine, double tidemark, boolean againstEngine) {

        double floor() {
            return againstEngine || raw == 0 ? engine : Math.min(raw, engine);
        }

        double ratio() {
            return tidemark / floor();
        }
    }

    /** Milliseconds from a commit until the document is seen. */
    record Latency(double p50, double p99) {}

    private final String source;
    private final int rows;
    private final Map<String, Phase> phases = new LinkedHashMap<>();
    private final Map<String, Latency> latencies = new LinkedHashMap<>();
    private int peakRssMb;
    private double computed;
    private double columns;

    Figures(String source, int rows) {
        this.source = source;
        this.rows = rows;
    }

    void phase(String name, Phase phase) {
        phases.put(name, phase);
    }

    void latency(String interval, Latency latency) {
        latencies.put(interval, latency);
    }

    /** Rates of streaming with fields by expression and without. */
    void expressions(double with, double without) {
        computed = with;
        columns = without;
    }

    void peakRssMb(int most) {
        peakRssMb = Math.max(peakRssMb, most);
    }

    String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("source", source);
        json.put("rows", rows);
        phases.forEach((name, phase) -> {
            ObjectNode of = json.putObject(name);
            if (phase.raw() > 0) {
                of.put("raw", Math.round(phase.raw()));
            } else {
                of.putNull("raw");
            }
            of.put("engine", Math.round(phase.engine()));
            of.put("tidemark", Math.round(phase.tidemark()));
            of.put("ratio", Math.round(phase.ratio() * 100) / 100.0);
        });
        ObjectNode latency = json.putObject("latencyMillis");
        latencies.forEach((interval, of) ->
                latency.putObject(interval).put("p50", Math.round(of.p50())).put("p99", Math.round(of.p99())));
        if (columns > 0) {
            json.putObject("expressions")
                    .put("tidemark", Math.round(computed))
                    .put("ratio", Math.round(computed / columns * 100) / 100.0);
        }
        json.put("peakRssMb", peakRssMb);
        return json.toPrettyString();
    }

    String table() {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "| per second, %,d rows | Tidemark (P) | raw import (R) | Debezium alone (D) | ratio |%n"
                        + "| --- | ---: | ---: | ---: | --- |%n",
                rows));
        phases.forEach((name, phase) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %,.0f | %s | %,.0f | %.2f of %s |%n",
                name,
                phase.tidemark(),
                phase.raw() > 0 ? String.format(Locale.ROOT, "%,.0f", phase.raw()) : "-",
                phase.engine(),
                phase.ratio(),
                phase.floor() == phase.engine() ? "D" : "R")));
        latencies.forEach((interval, of) -> table.append(String.format(
                Locale.ROOT,
                "%nLatency at 500 changes/s, %s: p50 %.0f ms, p99 %.0f ms",
                interval,
                of.p50(),
                of.p99())));
        if (columns > 0) {
            table.append(String.format(
                    Locale.ROOT,
                    "%nStreaming with five fields by expression: %,.0f, %.2f of that without",
                    computed,
                    computed / columns));
        }
        return table.append(String.format(Locale.ROOT, "%n%nPeak memory of Tidemark: %d MB%n", peakRssMb))
                .toString();
    }
}
