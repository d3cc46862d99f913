package dev.tidemark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of {@link Figures} as text in Markdown; those of several runs with their spread. */
final class FigureTable {

    /** Phases by their name in JSON, with the name of their line. */
    private static final List<Map.Entry<String, String>> PHASES = List.of(
            Map.entry("snapshot", "load"),
            Map.entry("streaming", "streaming, every row updated"),
            Map.entry("hot", "hot rows"),
            Map.entry("deletes", "deletes"));

    private final ObjectNode figures;
    private final List<String> lines = new ArrayList<>();

    private FigureTable(ObjectNode figures) {
        this.figures = figures;
    }

    static String of(ObjectNode figures) {
        return new FigureTable(figures).text();
    }

    private String text() {
        if (figures.has("runs")) {
            paragraph("Medians of " + figures.path("runs").asInt() + " runs (smallest to largest)");
        }
        phases();
        growth();
        loads();
        if (figures.has("firstDocumentMillis")) {
            paragraph("First document found by a search: " + rounded("/firstDocumentMillis")
                    + " ms after the start of the process");
        }
        for (Iterator<String> names = figures.path("latencyMillis").fieldNames(); names.hasNext(); ) {
            String name = names.next();
            String at = "/latencyMillis/" + name;
            paragraph("Latency at 500 changes/s, " + name + ": p50 " + rounded(at + "/p50") + " ms, p99 "
                    + rounded(at + "/p99") + " ms");
        }
        if (figures.has("expressions")) {
            paragraph("Streaming with five fields by expression: " + rounded("/expressions/tidemark") + ", "
                    + ratio("/expressions/ratio") + " of that without");
        }
        if (figures.has("peakRssMb")) {
            paragraph("Peak memory of Tidemark: " + rounded("/peakRssMb") + " MB");
        }
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private void paragraph(String line) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        lines.add(line);
    }

    private void phases() {
        if (!figures.has("snapshot")) {
            return;
        }
        paragraph(String.format(
                Locale.ROOT,
                "| per second, %,d rows | Tidemark (P) | bare process (R) | Debezium alone (D) | P / R | P / D |",
                figures.path("rows").asInt()));
        lines.add("| --- | ---: | ---: | ---: | ---: | ---: |");
        for (Map.Entry<String, String> phase : PHASES) {
            String at = "/" + phase.getKey();
            if (figures.has(phase.getKey())) {
                lines.add("| " + phase.getValue() + " | " + rounded(at + "/tidemark") + " | " + rounded(at + "/raw")
                        + " | "
                        + rounded(at + "/engine") + " | " + ratio(at + "/rawRatio") + " | " + ratio(at + "/engineRatio")
                        + " |");
            }
        }
    }

    private void growth() {
        for (int i = 0; i < figures.path("growth").size(); i++) {
            if (i == 0) {
                paragraph("| rows of 3 columns | loaded per second | peak memory, MB |");
                lines.add("| ---: | ---: | ---: |");
            }
            String at = "/growth/" + i;
            lines.add(String.format(
                            Locale.ROOT, "| %,d | ", figures.at(at + "/rows").asInt()) + rounded(at + "/rowsPerSecond")
                    + " | " + rounded(at + "/peakRssMb") + " |");
        }
    }

    private void loads() {
        for (int i = 0; i < figures.path("loads").size(); i++) {
            if (i == 0) {
                paragraph("| load of one process | per second | processor time per row, us |");
                lines.add("| ---: | ---: | ---: |");
            }
            String at = "/loads/" + i;
            lines.add("| " + (i + 1) + " | " + rounded(at + "/rowsPerSecond") + " | " + tenths(at + "/cpuMicrosPerRow")
                    + " |");
        }
        if (figures.has("rawCpuMicrosPerRow")) {
            paragraph("Processor time of the bare process: " + tenths("/rawCpuMicrosPerRow") + " us per row");
        }
    }

    private String rounded(String pointer) {
        return spelled("%,.0f", pointer);
    }

    private String ratio(String pointer) {
        return spelled("%.2f", pointer);
    }

    private String tenths(String pointer) {
        return spelled("%.1f", pointer);
    }

    private String spelled(String format, String pointer) {
        JsonNode value = figures.at(pointer);
        if (!value.isNumber()) {
            return "-";
        }
        String text = String.format(Locale.ROOT, format, value.doubleValue());
        JsonNode spread = figures.path("spread").at(pointer);
        return spread.isArray()
                ? text
                        + String.format(
                                Locale.ROOT,
                                " (" + format + " to " + format + ")",
                                spread.path(0).doubleValue(),
                                spread.path(1).doubleValue())
                : text;
    }
}
