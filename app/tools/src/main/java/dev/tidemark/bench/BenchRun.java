package dev.tidemark.bench;

import java.io.IOException;

/** One run of {@code bench}: all phases one after the other, on the same servers. */
final class BenchRun {

    private static final String RAW = "raw";

    /** Every document matches it. */
    private static final String FILTER = "stock:>=0";

    /**
     * What is measured.
     *
     * @param interval {@code flush.interval} while throughput is measured
     * @param loads how often one process of the service loads the table
     * @param changes whether streaming, hot rows and deletes are measured
     * @param latencySeconds how long each latency is measured; 0: not at all
     * @param expressions whether streaming is measured once more with computed fields
     */
    record Plan(String interval, int loads, boolean changes, int latencySeconds, boolean expressions) {}

    /** Rates of one subject, changes per second. */
    private record Changes(double updates, double hot, double deletes) {

        static final Changes NONE = new Changes(0, 0, 0);
    }

    private final Plan plan;
    private final Launch launch;
    private final Workload workload;
    private final Search search;
    private final Figures figures;
    private final int rows;
    private Contents loaded = new Contents();
    private Contents changed = new Contents();

    /** @param figures receive what is measured */
    BenchRun(Plan plan, Launch launch, Workload workload, Search search, Figures figures) {
        this.plan = plan;
        this.launch = launch;
        this.workload = workload;
        this.search = search;
        this.rows = workload.rows();
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        double engineLoad;
        Changes engine;
        workload.fill();
        try (Subject.Engine subject = engine()) {
            Start start =
                    new Start(workload.awaitSnapshotStart(), subject.process().cpuMicros());
            engineLoad = rate(subject, "Debezium alone, snapshot", rows, start, subject.awaitSnapshot());
            engine = changes("Debezium alone", subject);
        }
        Figures.Load tidemarkLoad;
        Changes tidemark;
        long firstDocument;
        fresh();
        try (Service service = service("tidemark", plan.interval(), workload.mapping(), true)) {
            Service.FirstLoad first = service.awaitFirstLoad();
            tidemarkLoad = first.load();
            firstDocument = first.firstDocumentMillis();
            service.awaitStreaming();
            loaded = search.contents(Workload.TABLE);
            tidemark = changes("Tidemark", new Subject.Tidemark(service, search, workload));
            figures.peakRssMb(service.process().peakRssMb());
        }
        raw(engineLoad, engine, tidemarkLoad, tidemark);
        figures.firstDocumentMillis(firstDocument);
        again(tidemarkLoad);
        if (plan.expressions()) {
            figures.expressions(computed(), tidemark.updates());
        }
    }

    /** Restores the table as it is before a subject starts, without what the one before has left. */
    private void fresh() throws IOException, InterruptedException {
        workload.release();
        search.drop(Workload.TABLE);
        workload.fill();
    }

    private Changes changes(String name, Subject subject) throws IOException, InterruptedException {
        if (!plan.changes()) {
            return Changes.NONE;
        }
        workload.awaitStreaming();
        Start start = prepared(subject, workload::updateAll);
        double updates = rate(subject, name + ", streaming", rows, start, subject.awaitUpdates());
        if (subject instanceof Subject.Tidemark tidemark) {
            tidemark.service().api().flush();
            changed = search.contents(Workload.TABLE);
        }
        start = prepared(subject, workload::updateHot);
        double hot = rate(subject, name + ", hot rows", workload.hotChanges(), start, subject.awaitHot());
        start = prepared(subject, workload::deleteHalf);
        double deletes = rate(subject, name + ", deletes", workload.deletes(), start, subject.awaitDeletes());
        return new Changes(updates, hot, deletes);
    }

    /** Writes the changes while the subject is suspended; returns when it was resumed. */
    private static Start prepared(Subject subject, Runnable changes) throws InterruptedException {
        Thread.sleep(1_000); // what the phase before left to do, such as a commit of offsets
        subject.process().requireAlive();
        subject.process().pause();
        changes.run();
        Start start = new Start(System.currentTimeMillis(), subject.process().cpuMicros());
        subject.process().resume();
        return start;
    }

    /** The beginning of a phase, and the processor time that the subject had taken before. */
    private record Start(long millis, long cpuMicros) {}

    private static double rate(Subject subject, String what, int changes, Start start, long end) {
        double seconds = Math.max(1, end - start.millis()) / 1000.0;
        double rate = changes / seconds;
        double cpu = (subject.process().cpuMicros() - start.cpuMicros()) / (double) changes;
        System.err.printf(
                "bench: %s: %,d in %.2f s, %,.0f/s, %.1f us of processor time per change%n",
                what, changes, seconds, rate, cpu);
        return rate;
    }

    private Subject.Engine engine() throws IOException {
        return launch.engine(rows, rows, workload.hotChanges(), workload.deletes());
    }

    private Service service(String name, String interval, String mapping, boolean profiled) throws IOException {
        return launch.service(name, interval, Workload.TABLE, mapping, FILTER, rows, profiled);
    }

    /** Measures the bare process with the same rows, and adds the phases: all of their figures are known then. */
    private void raw(double engineLoad, Changes engine, Figures.Load tidemarkLoad, Changes tidemark)
            throws IOException, InterruptedException {
        search.create(Workload.TABLE, RAW);
        fresh();
        try (RawSubject raw = launch.raw(RAW)) {
            Figures.Load load = raw.load(rows);
            loaded.requireEqual(search.contents(RAW), "after the load");
            phase("snapshot", load.rowsPerSecond(), engineLoad, tidemarkLoad.rowsPerSecond(), Figures.Floor.RAW);
            figures.rawCpuMicrosPerRow(load.cpuMicrosPerRow());
            if (plan.changes()) {
                workload.updateAll();
                double updates = raw.run(RawPlan.UPDATE, rows);
                changed.requireEqual(search.contents(RAW), "after the updates");
                phase("streaming", updates, engine.updates(), tidemark.updates(), Figures.Floor.SMALLER);
                phase("hot", 0, engine.hot(), tidemark.hot(), Figures.Floor.ENGINE);
                double deletes = raw.run(RawPlan.DELETE, workload.deletes());
                if (search.documents(RAW) != rows - workload.deletes()) {
                    throw new IllegalStateException("the bare process did not delete what it should: "
                            + search.documents(RAW) + " documents are left");
                }
                phase("deletes", deletes, engine.deletes(), tidemark.deletes(), Figures.Floor.RAW);
            }
        }
        search.drop(RAW);
    }

    private void phase(String name, double raw, double engine, double tidemark, Figures.Floor floor) {
        figures.phase(name, new Figures.Phase(raw, engine, tidemark, floor));
    }

    /** Measures what needs another process of the service: several loads in one, and latencies. */
    private void again(Figures.Load first) throws IOException, InterruptedException {
        if (plan.loads() == 1) {
            figures.load(first);
        }
        if (plan.loads() == 1 && plan.latencySeconds() == 0) {
            return;
        }
        fresh();
        try (Service service = service("again", plan.interval(), workload.mapping(), false)) {
            Figures.Load load = service.awaitFirstLoad().load();
            for (int number = 1; plan.loads() > 1 && number <= plan.loads(); number++) {
                figures.load(number == 1 ? load : service.loadAgain());
            }
            service.awaitStreaming();
            loaded.requireEqual(search.contents(Workload.TABLE), "after " + plan.loads() + " loads");
            figures.peakRssMb(service.process().peakRssMb());
        }
        if (plan.latencySeconds() > 0) {
            figures.latency("interval0", latency("0", 2_000_000));
            figures.latency("interval2s", latency("2s", 3_000_000));
        }
    }

    private Figures.Latency latency(String every, int mark) throws IOException, InterruptedException {
        workload.disconnect();
        try (Service service = service("again", every, workload.mapping(), false)) {
            service.awaitStreaming();
            workload.awaitStreaming();
            Figures.Latency latency = new PacedLatency(workload, search, rows, mark).measure(plan.latencySeconds());
            System.err.printf("bench: interval %s: p50 %.0f ms, p99 %.0f ms%n", every, latency.p50(), latency.p99());
            figures.peakRssMb(service.process().peakRssMb());
            return latency;
        }
    }

    /** Measures the rate of streaming with five computed fields; on the same servers, from an empty collection. */
    private double computed() throws IOException, InterruptedException {
        fresh();
        try (Service service = service("expressions", plan.interval(), workload.computed(), false)) {
            service.awaitFirstLoad();
            service.awaitStreaming();
            workload.awaitStreaming();
            Subject subject = new Subject.Tidemark(service, search, workload);
            Start start = prepared(subject, workload::updateAll);
            return rate(subject, "Tidemark, streaming with expressions", rows, start, subject.awaitUpdates());
        }
    }
}
