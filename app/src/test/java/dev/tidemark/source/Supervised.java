package dev.tidemark.source;

import static org.awaitility.Awaitility.await;

import dev.tidemark.GoldenConnector;
import dev.tidemark.GoldenShop;
import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.flush.Flushing;
import dev.tidemark.health.Health;
import dev.tidemark.identity.HistoryFile;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.resync.Resync;
import dev.tidemark.state.OffsetFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A source between fake engines and a fake database; its threads are those of the service. */
final class Supervised {

    /** Where the log ends; what failed lies before it. */
    static final long LOG_END = 100;

    final FakeEngine.Fakes engines = new FakeEngine.Fakes();
    final Database database = new Database();
    final Health health = new Health();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final ChangeQueue queue;
    final OffsetFile offsets;
    final Resync resync;
    /** What the listener was called for, in its order. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    final DebeziumSource source;
    private final String name;

    /** @param name of the pipeline, one per test: its threads are counted */
    Supervised(Path directory, String name) throws IOException {
        this(directory, name, new ChangeQueue(1_000, 1_000_000), () -> {});
    }

    /** @param awaitIdle what is done between engines */
    Supervised(Path directory, String name, ChangeQueue queue, Settling awaitIdle) throws IOException {
        this.name = name;
        this.queue = queue;
        Config config = GoldenShop.config(directory, "name: shop", "name: " + name);
        Files.createDirectories(config.state());
        this.offsets = OffsetFile.open(config.state());
        Approvals approvals = Approvals.open(config.state());
        SourceHistory history =
                new SourceHistory(database.history(), HistoryFile.open(config.state()), approvals, offsets::offset);
        this.resync = Resync.open(config.state(), approvals, 2, true, Clock.systemUTC());
        this.source = new DebeziumSource(
                config,
                database,
                queue,
                offsets,
                health,
                new PipelineMetrics(registry, name),
                new Listener(awaitIdle),
                history,
                resync,
                engines);
    }

    /** What is done between two engines. */
    @FunctionalInterface
    interface Settling {
        void run() throws InterruptedException;
    }

    /** Stores an offset: the next engine resumes from it. */
    Supervised stored() throws IOException {
        offsets.begin(name, Map.of("lsn", 90));
        return this;
    }

    Supervised start() {
        source.start();
        return this;
    }

    /** Returns the next engine, once it runs. */
    FakeEngine engine() throws InterruptedException {
        return Objects.requireNonNull(engines.running.poll(30, TimeUnit.SECONDS), "no engine runs");
    }

    /** Returns what health says of the source, once it says something else than that it starts. */
    Health.Condition failure() {
        await().until(() -> health.of(Health.Part.SOURCE).isPresent() && !health.isOnlyStarting());
        return health.of(Health.Part.SOURCE).orElseThrow();
    }

    /** Returns the threads of the source that are alive. */
    List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(thread -> thread.startsWith(name + "-source"))
                .toList();
    }

    private final class Listener implements DebeziumSource.Listener {
        private final Settling awaitIdle;

        private Listener(Settling awaitIdle) {
            this.awaitIdle = awaitIdle;
        }

        @Override
        public void repositioningWithoutLoad() {
            calls.add("repositioning without load");
        }

        @Override
        public void repositioning() throws IOException {
            calls.add("repositioning");
            resync.begin(List.of(new TableId("public", "products")));
        }

        @Override
        public void starting() {
            calls.add("starting");
            database.steps.add("tables may be read, stored: "
                    + offsets.offset().map(Object::toString).orElse("nothing"));
        }

        @Override
        public void approved() {
            calls.add("approved");
        }

        @Override
        public void missed() {
            calls.add("missed");
        }

        @Override
        public void outdated() {
            calls.add("outdated");
        }

        @Override
        public void failed(Throwable why) {
            calls.add("failed: " + why.getMessage());
        }

        @Override
        public void awaitIdle() throws InterruptedException {
            awaitIdle.run();
            calls.add("settled");
        }
    }

    /** The database as engines and their supervision see it. */
    static final class Database extends GoldenConnector {
        /** What has to be done before tables are read, in its order. */
        final List<String> steps = new CopyOnWriteArrayList<>();

        volatile LogConnection connection = LogConnection.READING;
        final AtomicInteger looks = new AtomicInteger();
        volatile @Nullable Check gap;
        volatile @Nullable Check lost;
        volatile List<Check> findings = List.of();
        /** Holds up what prepares a load, if set. */
        volatile @Nullable CountDownLatch preparing;

        final CountDownLatch prepares = new CountDownLatch(1);

        @Override
        public Map<String, String> engineProperties(Map<String, ?> resumed) {
            return Map.of("resumed", String.valueOf(resumed));
        }

        @Override
        public ChangeDecoder decoder() {
            return (record, out) -> {
                if (record.value() instanceof ChangeEvent event) {
                    if (event.position() < 0) {
                        throw SourceException.loadDue("the log does not contain the rows");
                    }
                    out.accept(event);
                }
            };
        }

        @Override
        public SourceException explain(Throwable failure) {
            String message = String.valueOf(failure.getMessage());
            return failure instanceof IOException
                    ? SourceException.retryable(message, "wait", failure)
                    : SourceException.fatal(message, "act", failure);
        }

        @Override
        public LogConnection logConnection() {
            looks.incrementAndGet();
            return connection;
        }

        @Override
        public boolean isUnfinishedSnapshot(Map<String, ?> offset) {
            return offset.containsKey("unfinished");
        }

        @Override
        public Optional<Check> detectGap(Predicate<TableId> joined) {
            return Optional.ofNullable(gap);
        }

        @Override
        public Optional<Check> verifyRetained(Map<String, ?> resumedFrom) {
            return Optional.ofNullable(lost);
        }

        @Override
        public List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running) {
            return findings;
        }

        @Override
        public void publishTables() {
            steps.add("published");
        }

        @Override
        public Map<String, Object> fixPosition() throws InterruptedException {
            steps.add("fixed");
            prepares.countDown();
            CountDownLatch until = preparing;
            if (until != null) {
                until.await();
            }
            return Map.of("lsn", 80L);
        }

        @Override
        public RowReader rowReader() {
            Flushing.Rows rows = new Flushing.Rows();
            rows.logEnd = LOG_END;
            return rows;
        }
    }
}
