package dev.tidemark.source;

import dev.tidemark.connector.data.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** An engine that does what a test says. It ends as Debezium's does: its outcome is reported, then {@link #run} returns. */
public final class FakeEngine implements DebeziumEngine<RecordChangeEvent<SourceRecord>> {

    /** What the engine's thread does next. */
    @FunctionalInterface
    private interface Step {
        /** Returns whether the engine is over. */
        boolean run() throws Exception;
    }

    private final Parts parts;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    /** Offsets that were committed. */
    public final List<Map<String, Object>> committed = new CopyOnWriteArrayList<>();

    final long startedNanos;
    final CountDownLatch closed = new CountDownLatch(1);
    public final CountDownLatch over = new CountDownLatch(1);
    private final Fakes fakes;
    private @Nullable Thread consumer;

    private FakeEngine(Parts parts, Fakes fakes) {
        this.parts = parts;
        this.fakes = fakes;
        this.startedNanos = System.nanoTime();
    }

    Properties properties() {
        return parts.properties;
    }

    @Override
    public void run() {
        fakes.running.add(this);
        if (fakes.polls) {
            parts.connector.pollingStarted();
        }
        try {
            boolean ended = false;
            while (!ended) {
                ended = steps.take().run();
            }
        } catch (Exception e) {
            parts.completion.handle(false, "the consumer failed", e);
        } finally {
            over.countDown();
        }
    }

    /** Its thread says that it polls now, if it did not at once. */
    void poll() {
        steps.add(() -> {
            parts.connector.pollingStarted();
            return false;
        });
    }

    /** Hands these changes over, on its own thread. */
    public void deliver(ChangeEvent... events) {
        List<RecordChangeEvent<SourceRecord>> records = new ArrayList<>();
        for (ChangeEvent event : events) {
            SourceRecord record = new SourceRecord(Map.of(), Map.of(), "topic", null, event);
            records.add(() -> record);
        }
        steps.add(() -> {
            consume(records);
            return false;
        });
    }

    /** A close interrupts a consumer that waits, as Debezium's does. */
    private void consume(List<RecordChangeEvent<SourceRecord>> records) throws InterruptedException {
        synchronized (steps) {
            if (closed.getCount() == 0 && !fakes.deaf) {
                return; // no close would interrupt it any more
            }
            consumer = Thread.currentThread();
        }
        try {
            parts.consumer.handleBatch(records, new Committer());
        } finally {
            synchronized (steps) {
                consumer = null;
            }
        }
    }

    /** Ends with a failure. */
    public void fail(Throwable why) {
        steps.add(() -> {
            parts.completion.handle(false, String.valueOf(why.getMessage()), why);
            return true;
        });
    }

    /** Ends as if all were well; nobody asked it to. */
    void endSilently() {
        steps.add(() -> {
            parts.completion.handle(true, "done", null);
            return true;
        });
    }

    /** Ends with an error that is no exception of the engine's, and leaves an interrupt behind if so wished. */
    void interruptAndFail(Throwable why) {
        steps.add(() -> {
            Thread.currentThread().interrupt();
            parts.completion.handle(false, String.valueOf(why.getMessage()), why);
            return true;
        });
    }

    @Override
    public void close() {
        closed.countDown();
        if (!fakes.deaf) {
            endSilently();
            synchronized (steps) {
                if (consumer != null) {
                    consumer.interrupt();
                }
            }
        }
    }

    private final class Committer implements RecordCommitter<RecordChangeEvent<SourceRecord>> {

        @Override
        public void markProcessed(RecordChangeEvent<SourceRecord> record) {
            throw new UnsupportedOperationException("offsets are always given");
        }

        @Override
        public void markProcessed(RecordChangeEvent<SourceRecord> record, Offsets offsets) {
            Map<String, Object> values = ((Given) offsets).values;
            fakes.committing.accept(values);
            committed.add(values);
        }

        @Override
        public void markBatchFinished() {}

        @Override
        public Offsets buildOffsets() {
            return new Given();
        }
    }

    private static final class Given implements DebeziumEngine.Offsets {
        private final Map<String, Object> values = new java.util.HashMap<>();

        @Override
        public void set(String key, Object value) {
            values.put(key, value);
        }
    }

    private static final class Parts {
        private Properties properties = new Properties();
        private ConnectorCallback connector = new ConnectorCallback() {};
        private CompletionCallback completion = (success, message, error) -> {};
        private ChangeConsumer<RecordChangeEvent<SourceRecord>> consumer = (records, committer) -> {};
    }

    /** Builds engines, and has those that ran. */
    public static final class Fakes implements Engines {
        /** Engines whose {@code run} was called, the oldest first. */
        public final BlockingQueue<FakeEngine> running = new LinkedBlockingQueue<>();

        public final List<FakeEngine> built = new CopyOnWriteArrayList<>();
        /** Whether engines poll as soon as they run. */
        volatile boolean polls = true;
        /** Whether {@link FakeEngine#close} has no effect. */
        volatile boolean deaf;
        /** Called with each offset before it is committed. */
        public volatile Consumer<Map<String, Object>> committing = offset -> {};

        @Override
        public Builder<RecordChangeEvent<SourceRecord>> get() {
            Parts parts = new Parts();
            return new Builder<>() {
                @Override
                public Builder<RecordChangeEvent<SourceRecord>> notifying(
                        Consumer<RecordChangeEvent<SourceRecord>> consumer) {
                    throw new UnsupportedOperationException("batches are taken");
                }

                @Override
                public Builder<RecordChangeEvent<SourceRecord>> notifying(
                        ChangeConsumer<RecordChangeEvent<SourceRecord>> consumer) {
                    parts.consumer = consumer;
                    return this;
                }

                @Override
                public Builder<RecordChangeEvent<SourceRecord>> using(Properties properties) {
                    parts.properties = properties;
                    return this;
                }

                @Override
                public Builder<RecordChangeEvent<SourceRecord>> using(@Nullable ClassLoader loader) {
                    return this;
                }

                @Override
                public Builder<RecordChangeEvent<SourceRecord>> using(@Nullable Clock clock) {
                    return this;
                }

                @Override
                public Builder<RecordChangeEvent<SourceRecord>> using(CompletionCallback callback) {
                    parts.completion = callback;
                    return this;
                }

                @Override
                public Builder<RecordChangeEvent<SourceRecord>> using(ConnectorCallback callback) {
                    parts.connector = callback;
                    return this;
                }

                @Override
                public Builder<RecordChangeEvent<SourceRecord>> using(@Nullable OffsetCommitPolicy policy) {
                    return this;
                }

                @Override
                public DebeziumEngine<RecordChangeEvent<SourceRecord>> build() {
                    FakeEngine engine = new FakeEngine(parts, Fakes.this);
                    built.add(engine);
                    return engine;
                }
            };
        }
    }
}
