package dev.tidemark.flush;

import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.config.LoadHours;
import dev.tidemark.connector.RowRange;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.data.Transaction;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.join.Joins;
import dev.tidemark.flush.reload.ChunkWriter;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.write.FlushReport;
import dev.tidemark.flush.write.ParallelFlush;
import dev.tidemark.health.Health;
import dev.tidemark.load.ChunkReader;
import dev.tidemark.load.Chunks;
import dev.tidemark.load.Load;
import dev.tidemark.load.LoadRetries;
import dev.tidemark.load.LoadSchedule;
import dev.tidemark.load.Loads;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.queue.ChangeQueue;
import dev.tidemark.state.OffsetCommitter;
import dev.tidemark.trace.TraceBuffer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A flush worker between a queue and fakes; the test's thread steps it. */
public final class Flushing implements AutoCloseable {

    /** What happened at the sink and to the offset, in its order. */
    public final Queue<String> journal = new ConcurrentLinkedQueue<>();

    public final FakeSink sink;
    public final ChangeQueue queue = new ChangeQueue(10_000, 10_000_000);
    public final Health health = new Health();
    public final Rows rows = new Rows();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PipelineMetrics metrics = new PipelineMetrics(registry, "test");
    final FlushReport report;
    public final TraceBuffer traces = new TraceBuffer();
    /** What is kept of tables that are to be read again. */
    public final List<Load> stored = new ArrayList<>();

    public final Loads snapshots;
    /** The time of the day; requested loads run from 22:00 to 6:00. */
    public volatile LocalTime time = LocalTime.MIDNIGHT;

    public final FlushWorker worker;
    /** Reads tables on the test's thread. */
    public final ChunkReader reader;
    /** Whether rows are read while no flush runs. */
    public boolean resting;
    /** Runs before an offset is stored; what it throws is the end of the process. */
    public Runnable beforeCommit = () -> {};
    /** The offset that was stored last, -1 if none was. */
    public long committed = -1;
    /** Targets that were told to be mixed. */
    final List<String> mixed = new ArrayList<>();

    private final Path directory;
    public final DeadLetters deadLetters;
    public final Approvals approvals;
    /** What a sweep may delete without an approval: everything. */
    public static final Config.Guard ALL = new Config.Guard(20, 100, Config.OnTruncate.PASS);
    /** Slices of three: of what is longer, the next is mapped while one is sent. */
    private final ParallelFlush parallel = new ParallelFlush("test", 2, 3);

    public Flushing(Path directory, String... collections) throws IOException {
        this(directory, Config.OnReject.DEAD_LETTER, collections);
    }

    public Flushing(Path directory, Config.OnReject onReject, String... collections) throws IOException {
        this(
                directory,
                onReject,
                null,
                Stream.of(collections).map(Items::target).toList());
    }

    /** @param sink where documents are already, or null for an empty one with this journal */
    public Flushing(Path directory, Config.OnReject onReject, @Nullable FakeSink sink, List<Target> targets)
            throws IOException {
        this(directory, onReject, sink, targets, new Joins(List.of(), 1000));
    }

    public Flushing(
            Path directory, Config.OnReject onReject, @Nullable FakeSink sink, List<Target> targets, Joins joins)
            throws IOException {
        this(directory, onReject, sink, new Targets(targets, List.of()), joins);
    }

    public Flushing(Path directory, Config.OnReject onReject, @Nullable FakeSink sink, Targets targets, Joins joins)
            throws IOException {
        this(directory, onReject, sink, targets, joins, List.of());
    }

    /** @param pending tables that an earlier process has not read to their end */
    public Flushing(
            Path directory,
            Config.OnReject onReject,
            @Nullable FakeSink sink,
            Targets targets,
            Joins joins,
            List<Load> pending)
            throws IOException {
        this(directory, onReject, sink, targets, joins, pending, ALL);
    }

    /** @param limits what may be deleted without an approval where a row was not found */
    public Flushing(
            Path directory,
            Config.OnReject onReject,
            @Nullable FakeSink sink,
            Targets targets,
            Joins joins,
            List<Load> pending,
            Config.Guard limits)
            throws IOException {
        this(directory, onReject, sink, targets, joins, pending, limits, 4_000_000);
    }

    /** @param chunkBytes bound of the rows that are read ahead */
    public Flushing(
            Path directory,
            Config.OnReject onReject,
            @Nullable FakeSink sink,
            Targets targets,
            Joins joins,
            List<Load> pending,
            Config.Guard limits,
            long chunkBytes)
            throws IOException {
        this.directory = directory;
        this.sink = sink == null ? new FakeSink(journal) : sink;
        this.deadLetters = DeadLetters.open(directory, 10_000_000);
        this.report = new FlushReport(metrics, deadLetters);
        Path state = Files.createDirectories(directory.resolve("state"));
        this.approvals = Approvals.open(state);
        DeleteGuard guard = DeleteGuard.open(limits, approvals, state, new StoredText(state.resolve("suspects.json")));
        this.snapshots = new Loads(
                left -> {
                    stored.clear();
                    stored.addAll(left);
                },
                pending,
                table -> -1,
                metrics,
                new LoadSchedule(new LoadHours(LocalTime.of(22, 0), LocalTime.of(6, 0)), () -> time));
        snapshots.sourceStarted();
        LoadRetries retries = new LoadRetries(snapshots, table -> targets.table(table) != null);
        Chunks chunks = new Chunks(snapshots, retries, targets, 10_000, chunkBytes, queue::wake, () -> true);
        worker = new FlushWorker(
                new Config.Flush(Duration.ZERO, 10_000, 10_000_000, onReject),
                new SourceSide(
                        queue,
                        rows,
                        target -> mixed.add(target.collection()),
                        new Committer(),
                        snapshots,
                        (table, reason, evidence) -> snapshots.requestAgain(table, -1),
                        new ChunkWriter(snapshots, chunks, retries, targets),
                        true),
                new SinkSide(this.sink, targets, joins, parallel, deadLetters, guard),
                new FlushObservers(health, metrics, report, traces));
        reader = new ChunkReader(chunks, snapshots, targets, rows, worker::provePrior, this::rest);
    }

    private void rest(Runnable action) throws InterruptedException {
        worker.whileResting(() -> {
            resting = true;
            action.run();
            resting = false;
        });
    }

    /** Reads rows of the next load as far as they may be read before the next flush. Returns whether any were. */
    public boolean read() throws InterruptedException {
        boolean any = false;
        while (reader.step()) {
            any = true;
        }
        return any;
    }

    /** Reads and flushes in turns until no load is pending; fails if nothing happens for long. */
    public void load() throws InterruptedException {
        for (int idle = 0; snapshots.pending() > 0 && idle < 1_000; idle++) {
            boolean any = read();
            any |= worker.flushOnce(Duration.ofMillis(5));
            idle = any ? 0 : idle;
        }
    }

    private final class Committer implements OffsetCommitter {
        @Override
        public boolean commit(Map<String, ?> offset) {
            return Flushing.this.commit(offset);
        }

        @Override
        public Optional<Map<String, Object>> stored() {
            return Optional.of(Map.of("at", committed));
        }
    }

    private boolean commit(Map<String, ?> offset) {
        beforeCommit.run();
        committed = (Long) java.util.Objects.requireNonNull(offset.get("at"));
        journal.add("commit " + committed + deadLetters());
        return true;
    }

    /** The pending ids, in words, for the journal: so their order against the commit is seen. */
    private String deadLetters() {
        List<String> ids = pending().stream().map(DeadLetter::id).toList();
        return ids.isEmpty() ? "" : " with letters " + ids;
    }

    public List<DeadLetter> pending() {
        List<DeadLetter> pending = new ArrayList<>();
        try {
            DeadLetterReader.read(directory, DeadLetterFilter.ALL, Long.MAX_VALUE, pending::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return pending;
    }

    public SimpleMeterRegistry registry() {
        return registry;
    }

    /** A counter over all of its labels. */
    public double count(String metric, String... labels) {
        return registry.find(metric).tags(labels).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    public boolean flush(ChangeEvent... events) throws InterruptedException {
        queue.put(List.of(events));
        return worker.flushOnce(Duration.ZERO);
    }

    @Override
    public void close() throws IOException {
        parallel.close();
        deadLetters.close();
    }

    /** The rows of the database now, by id. */
    public static class Rows implements RowReader {
        public final Map<String, Row> byId = new HashMap<>();
        /** What transactions did that other sessions do not see yet: they do when it is waited for the second time. */
        public final Map<Transaction, Runnable> hidden = new HashMap<>();

        /** Why no row can be read, null if they can. */
        @Nullable
        public SourceException unreadable;
        /** What an earlier process may have been told of. */
        public final List<Transaction> hiddenBefore = new ArrayList<>();
        /** Where reading goes wrong, one with each page. */
        public final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        /** What pages began behind. */
        public final List<String> pages = new ArrayList<>();
        /** How many rows were asked for by their keys. */
        int asked;

        /** Makes transactions visible that are waited for; null: {@link #hidden} decides. */
        @Nullable
        public Consumer<Collection<Transaction>> visibility;
        /** Runs before rows are read: it may replace them. */
        public Runnable beforeRead = () -> {};
        /** Runs when the rows of a chunk are read, and before its reader has them. */
        public Interruptible afterRead = () -> {};

        private final Set<Transaction> waitedFor = new HashSet<>();

        /** What happens while a reader reads. */
        public interface Interruptible {
            void run() throws InterruptedException;
        }

        @Override
        public void awaitVisible(Collection<Transaction> transactions) {
            if (visibility != null) {
                visibility.accept(transactions);
                return;
            }
            for (Transaction transaction : transactions) {
                Runnable done = hidden.get(transaction);
                if (done != null && waitedFor.add(transaction)) {
                    throw SourceException.retryable("not visible yet", "wait");
                } else if (done != null) {
                    done.run();
                    hidden.remove(transaction);
                }
            }
        }

        /** The end of the log; positions before it are told of sooner or later. At first everything is committed. */
        public long logEnd = Long.MIN_VALUE;

        @Override
        public long logEnd() {
            return logEnd;
        }

        @Override
        public void read(TableId table, List<String> columns, List<@Nullable Object[]> keys, Consumer<Row> found) {
            if (unreadable != null) {
                throw unreadable;
            }
            beforeRead.run();
            asked += keys.size();
            for (@Nullable Object[] key : keys) {
                Row row = byId.get(String.valueOf(key[0]));
                if (row != null) {
                    found.accept(row);
                }
            }
        }

        @Override
        public void existing(TableId table, List<String> columns, List<String[]> texts, Consumer<Row> found) {
            beforeRead.run();
            for (String[] text : texts) {
                Row row = byId.get(text[0]);
                if (row != null) {
                    found.accept(row);
                }
            }
        }

        @Override
        public void first(TableId table, List<String> columns, int limit, Consumer<Row> found) {
            byId.values().stream().limit(limit).forEach(found);
        }

        @Override
        public Collection<Transaction> hiddenBefore(Map<String, ?> offset) {
            return hiddenBefore;
        }

        @Override
        public void requireCondition(TableId table, String condition) {}

        @Override
        public void range(TableId table, List<String> columns, RowRange range, int limit, Predicate<Row> found) {
            Object[] after = range.key();
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            beforeRead.run();
            pages.add(after == null ? "" : String.valueOf(after[0]));
            List<Row> page = byId.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .filter(row ->
                            after == null || row.getKey().compareTo((String) after[0]) >= (range.inclusive() ? 0 : 1))
                    .limit(limit)
                    .map(Map.Entry::getValue)
                    .toList();
            try {
                afterRead.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            page.stream().takeWhile(found).forEach(row -> {});
        }

        @Override
        public void close() {}
    }
}
