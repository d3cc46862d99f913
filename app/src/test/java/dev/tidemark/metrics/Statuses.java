package dev.tidemark.metrics;

import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds statuses for tests: of a pipeline that streams, but for what is said of it. */
public final class Statuses {

    public static final String SINCE = "2026-11-21T18:03:10Z";

    private String pipeline = "shop";
    private String state = "streaming";
    private @Nullable String position = "LSN 0/1";
    private double lag;
    private PipelineStatus.Queue queue = new PipelineStatus.Queue(1, 2, 3, 4);
    private PipelineStatus.@Nullable LastFlush lastFlush;
    private List<PipelineStatus.Collection> collections = List.of();
    private List<PipelineStatus.Table> tables = List.of();
    private PipelineStatus.@Nullable Snapshot snapshot;
    private Map<String, Health.Problem> problems = Map.of();
    private boolean connected = true;
    private boolean sinkUp = true;
    private List<PipelineStatus.Load> loads = List.of();
    private List<PipelineStatus.Approval> approvals = List.of();
    private PipelineStatus.Rates rates = PipelineStatus.Rates.NONE;
    private PipelineStatus.@Nullable LogRetention log;

    private Statuses() {}

    public static Statuses status() {
        return new Statuses();
    }

    public Statuses pipeline(String name) {
        pipeline = name;
        return this;
    }

    public Statuses state(String name) {
        state = name;
        return this;
    }

    public Statuses position(@Nullable String text) {
        position = text;
        return this;
    }

    public Statuses lag(double seconds) {
        lag = seconds;
        return this;
    }

    public Statuses queue(int changes, int capacityChanges, long bytes, long capacityBytes) {
        queue = new PipelineStatus.Queue(changes, capacityChanges, bytes, capacityBytes);
        return this;
    }

    public Statuses lastFlush(String time, int documents, long millis) {
        lastFlush = new PipelineStatus.LastFlush(time, documents, millis);
        return this;
    }

    public Statuses collections(List<PipelineStatus.Collection> all) {
        collections = all;
        return this;
    }

    public Statuses tables(List<PipelineStatus.Table> all) {
        tables = all;
        return this;
    }

    public Statuses snapshot(PipelineStatus.@Nullable Snapshot running) {
        snapshot = running;
        return this;
    }

    public Statuses problem(Health.Part part, Health.Condition condition) {
        return problem(part, condition, null);
    }

    public Statuses problem(Health.Part part, Health.Condition condition, @Nullable String nextTry) {
        Map<String, Health.Problem> more = new LinkedHashMap<>(problems);
        more.put(part.label(), new Health.Problem(condition.message(), condition.hint(), SINCE, nextTry));
        problems = more;
        return this;
    }

    public Statuses disconnected() {
        connected = false;
        return this;
    }

    public Statuses sinkDown() {
        sinkUp = false;
        return this;
    }

    public Statuses loads(List<PipelineStatus.Load> all) {
        loads = all;
        return this;
    }

    public Statuses approvals(List<PipelineStatus.Approval> all) {
        approvals = all;
        return this;
    }

    public Statuses rates(double received, double durable) {
        rates = new PipelineStatus.Rates(received, durable);
        return this;
    }

    public Statuses log(PipelineStatus.@Nullable LogRetention retention) {
        log = retention;
        return this;
    }

    public PipelineStatus build() {
        return new PipelineStatus(
                pipeline,
                "0badcafe",
                state,
                position,
                lag,
                queue,
                lastFlush,
                collections,
                tables,
                snapshot,
                problems,
                connected,
                sinkUp,
                loads,
                loads.stream().map(PipelineStatus.Load::before).toList(),
                approvals,
                null,
                List.of(),
                Warnings.of(null, collections, problems.isEmpty() ? lag : 0, log),
                rates,
                log,
                new PipelineStatus.Service(
                        "0.1.0", SINCE, 93_784, "postgres 10.0.0.4:5432/shop", List.of("http://10.0.0.5:8108")));
    }
}
