package dev.tidemark.bench;

import java.io.IOException;
import java.util.List;

/** {@code bench --growth}: loads of a table of three columns that becomes larger; rate and memory must stay the same. */
final class GrowthRun {

    /** Every document matches it. */
    private static final String FILTER = "amount:>=0";

    private final Launch launch;
    private final Workload workload;
    private final Search search;
    private final String interval;

    GrowthRun(Launch launch, Workload workload, Search search, String interval) {
        this.launch = launch;
        this.workload = workload;
        this.search = search;
        this.interval = interval;
    }

    /** Loads a table of each of these sizes, each in a process of its own, and adds the figures. */
    void run(List<Integer> sizes, Figures figures) throws IOException, InterruptedException {
        for (int rows : sizes) {
            System.err.printf("bench: writing %,d rows of 3 columns%n", rows);
            workload.release();
            search.drop(Workload.NARROW);
            workload.fillNarrow(rows);
            try (Service service =
                    launch.service("growth" + rows, interval, Workload.NARROW, "", FILTER, rows, false)) {
                Figures.Load load = service.awaitFirstLoad().load();
                figures.growth(rows, load.rowsPerSecond(), service.process().peakRssMb());
            }
        }
        workload.release();
        search.drop(Workload.NARROW);
    }
}
