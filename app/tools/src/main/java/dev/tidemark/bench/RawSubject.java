package dev.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The bare process, R ({@link RawProcess}), as it is measured. */
final class RawSubject implements AutoCloseable {

    private final Child process;
    private final Path report;
    private final Search search;
    private final String collection;
    private int jobs;

    RawSubject(Child process, Path report, Search search, String collection) {
        this.process = process;
        this.report = report;
        this.search = search;
        this.collection = collection;
    }

    /** Waits until the process is connected to both servers. */
    void awaitConnected() throws IOException, InterruptedException {
        process.await(() -> lines().size() > jobs);
    }

    /** Loads the table; the clock stops as that of the service does, when the collection has all documents. */
    Figures.Load load(int rows) throws IOException, InterruptedException {
        long cpu = process.cpuMicros();
        process.say(RawPlan.LOAD);
        long end = process.await(() -> search.documents(collection) == rows);
        double cpuMicros = (process.cpuMicros() - cpu) / (double) rows;
        long start = times(RawPlan.LOAD)[0];
        double rate = rows * 1000.0 / Math.max(1, end - start);
        System.err.printf(
                "bench: bare process, load: %,d in %.2f s, %,.0f/s, %.1f us of processor time per row%n",
                rows, (end - start) / 1000.0, rate, cpuMicros);
        return new Figures.Load(rate, cpuMicros);
    }

    /** Runs another job; returns changes per second. */
    double run(String job, int changes) throws IOException, InterruptedException {
        process.say(job);
        long[] times = times(job);
        double rate = changes * 1000.0 / Math.max(1, times[1] - times[0]);
        System.err.printf(
                "bench: bare process, %s: %,d in %.2f s, %,.0f/s%n",
                job, changes, (times[1] - times[0]) / 1000.0, rate);
        return rate;
    }

    /** Waits for the line that reports the job's end; returns when it started and ended, milliseconds since 1970. */
    private long[] times(String job) throws IOException, InterruptedException {
        int line = ++jobs;
        process.await(() -> lines().size() > line);
        String[] parts = lines().get(line).split(" ", -1);
        if (parts.length != 2) {
            throw new IllegalStateException("the report of " + job + " is '" + lines().get(line) + "'");
        }
        return new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])};
    }

    /** Returns the complete lines of the report. */
    private List<String> lines() throws IOException {
        String text = Files.exists(report) ? Files.readString(report) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
