package dev.tidemark.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.cli.ExtraCommand;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code tidemark bench}: Tidemark (P) alongside a bare process that reads and imports the same rows (R) and Debezium with a consumer
 * that does nothing (D), one after the other on the same servers. docs/benchmarks.md documents what each figure means.
 */
@Command(
        name = "bench",
        description =
                "Measures Tidemark on this machine, with servers of its own, alongside a bare process and Debezium alone.")
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

    /** Parts that can be measured alone. */
    enum Part {
        load,
        growth
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
            paramLabel = "DIRECTORY",
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

    @Option(
            names = "--loads",
            paramLabel = "N",
            description = "how often one process of the service loads the table; default: ${DEFAULT-VALUE}")
    private int loads = 1;

    @Option(
            names = "--growth",
            description = "load tables of 3 columns, too, of the sizes of --growth-rows, each in a process of its own")
    private boolean growth;

    @Option(
            names = "--growth-rows",
            paramLabel = "N",
            split = ",",
            defaultValue = "50000,500000,5000000",
            description = "their sizes; default: ${DEFAULT-VALUE}")
    private List<Integer> growthRows = List.of();

    @Option(
            names = "--only",
            paramLabel = "PART",
            description = "measure one part alone: load (also with --loads) or growth")
    private @Nullable Part only;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description =
                    "how often all is measured, with new servers each time; more than one prints the median of each"
                            + " figure and its spread; default: ${DEFAULT-VALUE}")
    private int runs = 1;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String problem = problem();
        if (problem != null) {
            System.err.println(problem);
            return 2;
        }
        if (joined) {
            JoinedFigures figures =
                    onServers((launch, workload, search) -> new JoinedRun(launch, workload, search, interval).run());
            print(figures.table(), figures.json());
            return 0;
        }
        List<ObjectNode> measured = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            if (runs > 1) {
                System.err.println("bench: run " + run + " of " + runs);
            }
            measured.add(onServers(this::measure));
        }
        ObjectNode figures = Medians.of(measured);
        print(FigureTable.of(figures), figures.toPrettyString());
        return 0;
    }

    /** Returns what is wrong with the options; null if nothing is. */
    private @Nullable String problem() {
        int fewest = joined ? FEWEST_JOINED : source.fewestRows();
        if (rows < fewest && only != Part.growth) {
            return "--rows " + rows + ": at least " + fewest + " are needed for figures that mean something with "
                    + source;
        }
        if (joined && (expressions || growth || only != null || loads != 1 || runs != 1)) {
            return "--joined measures joined documents and nothing else: leave --expressions, --growth, --only, --loads and"
                    + " --runs out";
        }
        if (loads < 1 || runs < 1) {
            return "--loads " + loads + ", --runs " + runs + ": give numbers from 1 up";
        }
        if (latencySeconds != 0 && latencySeconds < 3) {
            return "--latency-seconds " + latencySeconds + ": give 0, or at least 3";
        }
        if (growthRows.isEmpty() || growthRows.stream().anyMatch(size -> size < 1)) {
            return "--growth-rows " + growthRows + ": give numbers from 1 up";
        }
        return null;
    }

    private void print(String table, String figures) {
        System.out.println(json ? figures : table + System.lineSeparator() + figures);
    }

    /** Part of a run that needs both servers. */
    private interface Measuring<T> {
        T on(Launch launch, Workload workload, Search search) throws IOException, InterruptedException;
    }

    private <T> T onServers(Measuring<T> measuring) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("tidemark-bench");
        System.err.println("bench: starting " + source + " and Typesense");
        try (Workload workload = source.workload(rows);
                TypesenseServer typesense = TypesenseServer.start()) {
            Search search = new Search(typesense);
            return measuring.on(new Launch(directory, workload, typesense, search, profile), workload, search);
        } finally {
            delete(directory);
        }
    }

    private ObjectNode measure(Launch launch, Workload workload, Search search)
            throws IOException, InterruptedException {
        Figures figures = new Figures(source.name(), rows);
        if (only != Part.growth) {
            boolean all = only == null;
            BenchRun.Plan plan = new BenchRun.Plan(interval, loads, all, all ? latencySeconds : 0, all && expressions);
            new BenchRun(plan, launch, workload, search, figures).run();
        }
        if (growth || only == Part.growth) {
            new GrowthRun(launch, workload, search, interval).run(growthRows, figures);
        }
        return figures.json();
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
}
