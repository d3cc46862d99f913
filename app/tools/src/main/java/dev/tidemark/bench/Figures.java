package dev.tidemark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Figures of one run, as JSON: {@code docs/benchmarks.md} documents its names, which clients rely on. */
final class Figures {

    /** What {@code ratio} compares Tidemark's rate with. */
    enum Floor {
        RAW,
        ENGINE,
        /** The smaller of the two. */
        SMALLER
    }

    /**
     * One phase, changes per second.
     *
     * @param raw the same by a bare process; 0 if it has none
     * @param engine Debezium with a consumer that does nothing
     */
    record Phase(double raw, double engine, double tidemark, Floor floor) {

        double ratio() {
            return switch (floor) {
                case RAW -> tidemark / raw;
                case ENGINE -> tidemark / engine;
                case SMALLER -> tidemark / Math.min(raw, engine);
            };
        }
    }

    /**
     * One load of the table.
     *
     * @param cpuMicrosPerRow processor time of the process, in microseconds per row
     */
    record Load(double rowsPerSecond, double cpuMicrosPerRow) {}

    /** Milliseconds from a commit until the document is seen. */
    record Latency(double p50, double p99) {}

    private final ObjectNode json = new ObjectMapper().createObjectNode();
    private int peakRssMb;

    Figures(String source, int rows) {
        json.put("source", source);
        json.put("rows", rows);
    }

    void phase(String name, Phase phase) {
        ObjectNode of = json.putObject(name);
        boolean raw = phase.raw() > 0;
        of.set("raw", raw ? of.numberNode(Math.round(phase.raw())) : of.nullNode());
        of.put("engine", Math.round(phase.engine()));
        of.put("tidemark", Math.round(phase.tidemark()));
        of.put("ratio", hundredths(phase.ratio()));
        of.set("rawRatio", raw ? of.numberNode(hundredths(phase.tidemark() / phase.raw())) : of.nullNode());
        of.put("engineRatio", hundredths(phase.tidemark() / phase.engine()));
    }

    /** Adds the processor time of the bare process per row that it loaded, in microseconds. */
    void rawCpuMicrosPerRow(double micros) {
        json.put("rawCpuMicrosPerRow", tenths(micros));
    }

    /** Adds a load of the table by the service; the first one first. */
    void load(Load load) {
        json.withArray("loads")
                .addObject()
                .put("rowsPerSecond", Math.round(load.rowsPerSecond()))
                .put("cpuMicrosPerRow", tenths(load.cpuMicrosPerRow()));
    }

    /** Adds the time from the start of the service's process until a search found a document. */
    void firstDocumentMillis(long millis) {
        json.put("firstDocumentMillis", millis);
    }

    void latency(String interval, Latency latency) {
        json.withObject("/latencyMillis")
                .putObject(interval)
                .put("p50", Math.round(latency.p50()))
                .put("p99", Math.round(latency.p99()));
    }

    /** Adds the rates of streaming with fields by expression and without. */
    void expressions(double with, double without) {
        json.putObject("expressions").put("tidemark", Math.round(with)).put("ratio", hundredths(with / without));
    }

    /** Adds a load of a table of three columns with that many rows. */
    void growth(int rows, double rowsPerSecond, int peakMb) {
        json.withArray("growth")
                .addObject()
                .put("rows", rows)
                .put("rowsPerSecond", Math.round(rowsPerSecond))
                .put("peakRssMb", peakMb);
    }

    /** Adds the peak memory of a process of the service; the largest one is kept. */
    void peakRssMb(int most) {
        peakRssMb = Math.max(peakRssMb, most);
        json.put("peakRssMb", peakRssMb);
    }

    ObjectNode json() {
        return json;
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
