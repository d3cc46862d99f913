package dev.tidemark.bench;

import dev.tidemark.cli.ExtraCommand;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code tidemark bench}: Tidemark (P) alongside a bare import of the same documents (R) and Debezium with a consumer that does
 * nothing (D), one after the other on the same servers. docs/benchmarks.md documents what each figure means.
 */
@Command(
        name = "bench",
        description =
                "Measures Tidemark on this machine, with servers of its own, alongside a bare import and Debezium alone.")
public final class BenchCommand implements ExtraCommand {

    /** Sources there are figures for. */
    enum Source {
        postgres,
        mysql;

        Workload workload(int rows) {
            return this == postgres ? new PostgresWorkload(rows) : new MySqlWorkload(rows);
        }

        /**
         * Returns the min number of rows. Below, the figures mean nothing; for MySQL, the snapshot's SELECT must last until it is
         * seen.
         */
        int fewestRows() {
            return this == postgres ? 2_000 : 20_000;
        }
    }

    private static final int FEWEST_JOINED = 2_000;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "the database: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
    private Source source = Source.postgres;

    @Option(names = "--rows", paramLabel = "N", description = "rows of the table; default: ${DEFAULT-VALUE}")
    private int rows = 200_000;

    @Option(names = "--json", description = "print JSON instead of a table")
    private boolean json;

    @Option(
            names = "--profile",
            paramLabel = "FOLDER",
            description = "write flight recordings of the measured processes there; they cost a little speed")
    private @Nullable Path profile;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "flush.interval while throughput is measured; default: ${DEFAULT-VALUE}")
    private String interval = "250ms";

    @Option(
            names = "--latency-seconds",
            paramLabel = "N",
            description =
                    "how long each latency is measured, at least 3; 0 leaves latencies out; default: ${DEFAULT-VALUE}")
    private int latencySeconds = 15;

    @Option(
            names = "--expressions",
            description = "measure streaming once more at the end, with five of the fields computed by expressions")
    private boolean expressions;

    @Option(
            names = "--joined",
            description =
                    "measure joined documents instead: one change that concerns the documents of all rows, alongside a"
                            + " bare loop of the same query and import")
    private boolean joined;

    /** Rates of one subject, changes per second. */
    private record Rates(double snapshot, double updates, double hot, double deletes) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        int fewest = joined ? FEWEST_JOINED : source.fewestRows();
        if (rows < fewest) {
            System.err.println("--rows " + rows + ": at least " + fewest
                    + " are needed for figures that mean something with " + source);
            return 2;
        }
        if (joined && expressions) {
            System.err.println("--joined measures joined documents and nothing else: leave --expressions out");
            return 2;
        }
        Path directory = Files.createTempDirectory("tidemark-bench");
        System.err.println("bench: starting " + source + " and Typesense");
        try (Workload workload = source.workload(rows);
                TypesenseServer typesense = TypesenseServer.start()) {
            Search search = new Search(typesense);
            Launch launch = new Launch(directory, workload, typesense, profile);
            if (joined) {
                JoinedFigures figures = new JoinedRun(launch, workload, search, interval).run();
                System.out.println(json ? figures.json() : figures.table() + System.lineSeparator() + figures.json());
            } else {
                Figures figures = new Run(launch, workload, search).run();
                System.out.println(json ? figures.json() : figures.table() + System.lineSeparator() + figures.json());
            }
            return 0;
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private final class Run {
        private final Launch launch;
        private final Workload workload;
        private final Search search;
        private final Figures figures = new Figures(source.name(), rows);
        private List<byte[]> fresh = List.of();
        private List<byte[]> changed = List.of();

        Run(Launch launch, Workload workload, Search search) {
            this.launch = launch;
            this.workload = workload;
            this.search = search;
        }

        Figures run() throws IOException, InterruptedException {
            Rates engine;
            workload.fill();
            try (Subject subject = engine()) {
                engine = measure("Debezium alone", subject);
            }
            workload.release();
            Rates tidemark;
            workload.fill();
            try (Subject subject = tidemark(interval, true)) {
                tidemark = measure("Tidemark", subject);
                figures.peakRssMb(subject.process().peakRssMb());
            }
            if (latencySeconds > 0) {
                figures.latency("interval0", latency("0", 2_000_000));
                figures.latency("interval2s", latency("2s", 3_000_000));
            }
            Rates raw = raw();
            figures.phase("snapshot", new Figures.Phase(raw.snapshot(), engine.snapshot(), tidemark.snapshot(), false));
            figures.phase("streaming", new Figures.Phase(raw.updates(), engine.updates(), tidemark.updates(), false));
            figures.phase("hot", new Figures.Phase(0, engine.hot(), tidemark.hot(), true));
            if (expressions) {
                figures.expressions(computed(), tidemark.updates());
            }
            figures.phase("deletes", new Figures.Phase(raw.deletes(), engine.deletes(), tidemark.deletes(), true));
            return figures;
        }

        private Rates measure(String name, Subject subject) throws IOException, InterruptedException {
            long start = workload.awaitSnapshotStart();
            double snapshot = rate(name + ", snapshot", rows, start, subject.awaitSnapshot());
            workload.awaitStreaming();
            if (subject instanceof Subject.Tidemark) {
                fresh = search.export(Workload.TABLE);
            }
            start = prepared(subject, workload::updateAll);
            double updates = rate(name + ", streaming", rows, start, subject.awaitUpdates());
            if (subject instanceof Subject.Tidemark) {
                changed = search.export(Workload.TABLE);
            }
            start = prepared(subject, workload::updateHot);
            double hot = rate(name + ", hot rows", workload.hotChanges(), start, subject.awaitHot());
            start = prepared(subject, workload::deleteHalf);
            double deletes = rate(name + ", deletes", workload.deletes(), start, subject.awaitDeletes());
            return new Rates(snapshot, updates, hot, deletes);
        }

        /** Writes the changes while the subject is suspended; returns the time at which it was resumed. */
        private long prepared(Subject subject, Runnable changes) throws InterruptedException {
            Thread.sleep(1_000); // what the phase before left to do, such as a commit of offsets
            subject.process().requireAlive();
            subject.process().pause();
            changes.run();
            long start = System.currentTimeMillis();
            subject.process().resume();
            return start;
        }

        private double rate(String what, int changes, long start, long end) {
            double rate = changes * 1000.0 / Math.max(1, end - start);
            System.err.printf("bench: %s: %,d in %.2f s, %,.0f/s%n", what, changes, (end - start) / 1000.0, rate);
            return rate;
        }

        private Subject engine() throws IOException {
            return launch.engine(rows, rows, workload.hotChanges(), workload.deletes());
        }

        /** Measures the rate of streaming with five computed fields; on the same servers, from an empty collection. */
        private double computed() throws IOException, InterruptedException {
            workload.release();
            workload.fill();
            try (Subject subject = tidemark("expressions", interval, workload.computed(), false)) {
                workload.awaitSnapshotStart();
                subject.awaitSnapshot();
                workload.awaitStreaming();
                long start = prepared(subject, workload::updateAll);
                return rate("Tidemark, streaming with expressions", rows, start, subject.awaitUpdates());
            }
        }

        private Subject tidemark(String every, boolean profiled) throws IOException {
            return tidemark("tidemark", every, workload.mapping(), profiled);
        }

        private Subject tidemark(String name, String every, String mapping, boolean profiled) throws IOException {
            String document = "{table: " + workload.table() + mapping + "}";
            return new Subject.Tidemark(launch.tidemark(name, every, document, profiled), search, workload);
        }

        private Figures.Latency latency(String every, int mark) throws IOException, InterruptedException {
            workload.disconnect();
            try (Subject subject = tidemark(every, false)) {
                workload.awaitStreaming();
                Figures.Latency latency =
                        new PacedLatency(workload, search, rows - workload.deletes(), mark).measure(latencySeconds);
                System.err.printf(
                        "bench: interval %s: p50 %.0f ms, p99 %.0f ms%n", every, latency.p50(), latency.p99());
                figures.peakRssMb(subject.process().peakRssMb());
                return latency;
            }
        }

        private Rates raw() throws IOException, InterruptedException {
            String collection = "raw";
            search.recreate(Workload.TABLE, collection);
            double snapshot = rows / search.importAll(collection, "upsert", fresh);
            Set<String> fields = workload.changedFields();
            double updates = rows
                    / (fields.isEmpty()
                            ? search.importAll(collection, "upsert", changed)
                            : search.importAll(collection, "update", Search.only(fields, changed)));
            double deletes = workload.deletes() / search.deleteAll(collection, rows - workload.deletes() + 1L, rows);
            System.err.printf(
                    "bench: raw: import %,.0f/s, changed %,.0f/s, deletes %,.0f/s%n", snapshot, updates, deletes);
            return new Rates(snapshot, updates, 0, deletes);
        }
    }
}
