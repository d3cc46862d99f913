package dev.tidemark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.GoldenConnector;
import dev.tidemark.config.Config;
import dev.tidemark.config.read.ConfigLoader;
import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.PostgresConnectorFactory;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Flushing;
import dev.tidemark.flush.Items;
import dev.tidemark.source.FakeEngine;
import dev.tidemark.state.StateDirectory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A pipeline of one table between a fake database, fake engines and a fake sink; its threads and files are those of the service. */
final class FakePipeline {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final FakeEngine.Fakes engines = new FakeEngine.Fakes();
    final FakeSink sink = new FakeSink();
    final Database database = new Database();
    final Config config;
    final Pipeline pipeline;
    /** Offsets that were committed before the documents up to them were written. */
    final ConcurrentLinkedQueue<String> committedTooEarly = new ConcurrentLinkedQueue<>();
    /** The offset that was committed last. */
    volatile long committed;

    FakePipeline(Path directory) throws IOException {
        Path file = Files.createDirectories(directory).resolve("tidemark.yml");
        Files.writeString(file, """
                name: fake%dx
                state: state
                source:
                  postgres: { host: db, database: shop, user: tidemark, password: pw-of-the-database }
                sink:
                  typesense: { nodes: ["http://search:8108"], apiKey: key-of-the-search }
                flush: { interval: 10ms }
                documents:
                  - table: public.items
                """.formatted(NUMBER.incrementAndGet()));
        config = ConfigLoader.load(file, List.of(new PostgresConnectorFactory()), Map.of());
        pipeline = new Pipeline(config, database, sink, new SimpleMeterRegistry(), engines);
        engines.committing = this::committing;
    }

    static String id(long position) {
        return "id" + position;
    }

    /** Has the engine deliver an insert at each position after the last that was committed. */
    void deliver(FakeEngine engine, int count) {
        long from = committed + 1;
        for (long position = from; position < from + count; position++) {
            engine.deliver(Items.insert(position, id(position), position));
        }
    }

    /** Invariant 1. On the flush thread, as all writes. */
    private void committing(Map<String, Object> offset) {
        long position = (Long) Objects.requireNonNull(offset.get("at"));
        Map<String, String> documents = sink.documents("items");
        for (long each = 1; each <= position; each++) {
            if (!documents.containsKey(id(each))) {
                committedTooEarly.add(position + " without " + id(each));
            }
        }
        committed = position;
    }

    /** Returns the engine that runs, once it does. */
    FakeEngine engine() throws InterruptedException {
        return Objects.requireNonNull(engines.running.poll(30, TimeUnit.SECONDS), "no engine runs");
    }

    /** Fails unless everything was released by now, and all threads end. */
    void hasEnded(String as) throws IOException {
        StateDirectory.lock(config.state()).close(); // at once: a service manager starts the next process now
        await(as).untilAsserted(() -> assertThat(threads()).isEmpty());
        long before = committed;
        assertThat(database.openReaders.get()).as(as).isZero();
        assertThat(committedTooEarly).as(as).isEmpty();
        assertThat(committed).as(as).isEqualTo(before);
    }

    /** Returns the threads of the pipeline that are alive. */
    List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(thread -> thread.startsWith(config.name() + "-"))
                .toList();
    }

    /** What a start waits for in the database, and how an interrupt ends that wait. */
    enum Wait {
        NONE,
        /** As a driver that reports an interrupt as an error, and keeps it. */
        KEEPS_INTERRUPTS,
        /** As a driver that reports an interrupt as an error, and loses it. */
        LOSES_INTERRUPTS
    }

    /** The database; a start waits in one of its calls if a test sets that. */
    static final class Database extends GoldenConnector {
        /** The calls of a start, in their order. */
        static final List<String> CALLS = List.of("preflight", "describe", "rowReader");

        volatile String waitsIn = "";
        volatile Wait wait = Wait.NONE;
        /** Why the tables cannot be described, if set. */
        volatile @Nullable SourceException noTables;
        /** Why no row can be read, if set. */
        volatile @Nullable RuntimeException noReader;

        final CountDownLatch waiting = new CountDownLatch(1);
        final AtomicInteger openReaders = new AtomicInteger();

        /** Waits if a test set that; returns whether the wait was interrupted. */
        private boolean isBroken(String call) {
            if (!call.equals(waitsIn) || wait == Wait.NONE) {
                return false;
            }
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                if (wait == Wait.KEEPS_INTERRUPTS) {
                    Thread.currentThread().interrupt();
                }
                wait = wait == Wait.KEEPS_INTERRUPTS ? Wait.NONE : Wait.KEEPS_INTERRUPTS; // the next try waits, too
            }
            return true;
        }

        private static SourceException broken() {
            return SourceException.retryable("the connection is broken", "wait");
        }

        @Override
        public List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running) {
            return isBroken("preflight") ? List.of(Check.unreachable("postgres", "it is broken", "wait")) : List.of();
        }

        @Override
        public Map<TableId, TableInfo> describe() {
            if (isBroken("describe")) {
                throw broken();
            }
            SourceException failure = noTables;
            if (failure != null) {
                throw failure;
            }
            return Map.of(Items.TABLE, new TableInfo(Items.SCHEMA, List.of("id"), -1));
        }

        @Override
        public RowReader rowReader() {
            if (isBroken("rowReader")) {
                throw broken();
            }
            RuntimeException failure = noReader;
            if (failure != null) {
                throw failure;
            }
            openReaders.incrementAndGet();
            return new Flushing.Rows() {
                @Override
                public void close() {
                    openReaders.decrementAndGet();
                }
            };
        }

        @Override
        public Map<String, String> engineProperties(Map<String, ?> resumed) {
            return Map.of();
        }

        @Override
        public ChangeDecoder decoder() {
            return (record, out) -> out.accept((ChangeEvent) record.value());
        }

        @Override
        public SourceException explain(Throwable failure) {
            return SourceException.retryable(String.valueOf(failure.getMessage()), "wait", failure);
        }

        @Override
        public SourceStatus status() {
            return new SourceStatus(List.of(), Map.of());
        }
    }
}
